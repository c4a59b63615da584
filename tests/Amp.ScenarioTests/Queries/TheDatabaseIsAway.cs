using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Amp.LocalPostgres.Processes;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Servers;
using Apache.Arrow.Flight;
using Grpc.Core;

namespace Amp.ScenarioTests.Queries;

/// <summary>PostgreSQL is gone for a while: what runs goes on, what comes is told at once, and nobody need do anything when it is back.</summary>
[Collection(QueriedCluster.Name)]
public sealed class TheDatabaseIsAway(QueriedCluster queried, ITestOutputHelper output)
{
    private const string Count = $"select count(*) as n from \"{QueriedCluster.Dataset}\".blocks";
    private const string Long = $"select b.block_num, r.range as i, b.hash from \"{QueriedCluster.Dataset}\".blocks b, range(500) r";

    [Fact]
    public async Task Running_queries_end_whole_new_ones_are_refused_at_once_and_it_heals()
    {
        var cluster = queried.Cluster;
        var server = cluster.Servers[0];
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        using var flight = new FlightCalls(server.Flight);
        using var running = await BegunAsync(http, server.JsonLines);

        await cluster.Postgres.KillAsync();
        await Eventually.TrueAsync(async () => (await QueriedCluster.AskAsync(http, server.JsonLines, Count)).Status == 503, "the server notices");
        var times = new List<TimeSpan>();
        for (var i = 0; i < 5; i++)
        {
            var refused = await QueriedCluster.AskAsync(http, server.JsonLines, Count);
            Assert.Equal((503, "DATABASE_UNAVAILABLE"), (refused.Status, JsonElement.Parse(refused.Refusal).GetProperty("error_code").GetString()));
            times.Add(refused.Took);
            var begin = Stopwatch.GetTimestamp();
            var status = await Assert.ThrowsAsync<RpcException>(() => flight.Client.GetInfo(FlightDescriptor.CreateCommandDescriptor(Count)).ResponseAsync);
            Assert.Equal(StatusCode.Unavailable, status.StatusCode);
            Assert.StartsWith("DATABASE_UNAVAILABLE: ", status.Status.Detail, StringComparison.Ordinal);
            times.Add(Stopwatch.GetElapsedTime(begin));
        }

        output.WriteLine($"refused in {string.Join(", ", times.Select(t => t.TotalMilliseconds))} ms");
        Assert.InRange(times.Order().ElementAt(times.Count / 2), TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
        Assert.Equal((200, 1L), (await QueriedCluster.AskAsync(http, server.JsonLines, "select 1 as one")) is var plain ? (plain.Status, plain.Rows) : default);

        await EndsWholeAsync(running);

        await cluster.Postgres.RestartAsync();
        await Eventually.TrueAsync(async () => (await QueriedCluster.AskAsync(http, server.JsonLines, Count)).Status == 200, "queries are answered again");

        // The first that is answered is not the only one: each connection that was broken is known to be.
        for (var i = 0; i < 10; i++)
            Assert.Equal(200, (await QueriedCluster.AskAsync(http, server.JsonLines, Count)).Status);
        Assert.Single((await flight.QueryAsync(Count)).Rows);
    }

    [Fact]
    public async Task One_that_hangs_is_told_from_within_seconds_on_both_wires_and_it_heals()
    {
        var cluster = queried.Cluster;
        var server = cluster.Servers[0];
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        using var flight = new FlightCalls(server.Flight);
        using var running = await BegunAsync(http, server.JsonLines);

        SignalAll(cluster.Postgres.ProcessId, UnixSignal.Stop);
        try
        {
            // What the server has read is trusted for some seconds.
            await Eventually.TrueAsync(async () => (await QueriedCluster.AskAsync(http, server.JsonLines, Count)).Status == 503, "the server notices");
            var begin = Stopwatch.GetTimestamp();
            var overFlight = Assert.ThrowsAsync<RpcException>(() => flight.Client.GetInfo(FlightDescriptor.CreateCommandDescriptor(Count)).ResponseAsync);
            var overHttp = await QueriedCluster.AskAsync(http, server.JsonLines, Count);
            var status = await overFlight;
            var took = Stopwatch.GetElapsedTime(begin);
            output.WriteLine($"told after {took}");
            Assert.Equal((503, "DATABASE_UNAVAILABLE"), (overHttp.Status, JsonElement.Parse(overHttp.Refusal).GetProperty("error_code").GetString()));
            Assert.Equal(StatusCode.Unavailable, status.StatusCode);
            Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(9));

            await EndsWholeAsync(running);
        }
        finally
        {
            SignalAll(cluster.Postgres.ProcessId, UnixSignal.Continue);
        }

        await Eventually.TrueAsync(async () => (await QueriedCluster.AskAsync(http, server.JsonLines, Count)).Status == 200, "queries are answered again");
        Assert.Single((await flight.QueryAsync(Count)).Rows);
    }

    /// <summary>A long answer whose first row is there.</summary>
    private static async Task<StreamReader> BegunAsync(HttpClient http, Uri server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server) { Content = new StringContent(Long) };
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(), Encoding.UTF8);
        Assert.NotNull(await reader.ReadLineAsync());
        return reader;
    }

    private static async Task EndsWholeAsync(StreamReader running)
    {
        long rows = 1;
        while (await running.ReadLineAsync() is not null)
            rows++;
        Assert.Equal((long)(QueriedCluster.Last + 1) * 500, rows);
    }

    /// <summary>The server first, so that it makes no more processes, and then those that it has.</summary>
    private static void SignalAll(int server, UnixSignal signal)
    {
        Posix.Signal(server, signal);
        foreach (var child in File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Posix.Signal(int.Parse(child, CultureInfo.InvariantCulture), signal);
    }
}
