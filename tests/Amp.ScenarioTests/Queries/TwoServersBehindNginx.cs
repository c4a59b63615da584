using System.Collections.Concurrent;
using System.Diagnostics;
using Amp.TestKit.Cluster;
using Amp.TestKit.Proxies;
using Amp.TestKit.Servers;
using Apache.Arrow.Flight;
using Grpc.Core;

namespace Amp.ScenarioTests.Queries;

/// <summary>Two servers and a proxy that hands requests to them in turn, as an operator would run them.</summary>
[Collection(QueriedCluster.Name)]
public sealed class TwoServersBehindNginx(QueriedCluster queried, ITestOutputHelper output)
{
    private const string Count = $"select count(*) as n from \"{QueriedCluster.Dataset}\".blocks";

    [Fact]
    public async Task A_server_that_is_killed_loses_the_queries_in_flight_alone_and_tickets_are_redeemed_by_the_other()
    {
        var cluster = queried.Cluster;
        await using var proxy = await NginxProxy.StartAsync(cluster.Servers);
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        using var flight = new FlightCalls(proxy.Flight);
        var (one, two) = (cluster.Servers[0], cluster.Servers[1]);
        await BothAnswerAsync(http, proxy, flight);

        // A ticket of the one, before it dies, for the other.
        using var direct = new FlightCalls(one.Flight);
        var ticket = (await direct.Client.GetInfo(FlightDescriptor.CreateCommandDescriptor(Count))).Endpoints[0].Ticket;

        using var end = new CancellationTokenSource();
        var asked = new ConcurrentQueue<(long Begin, bool Failed)>();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskOnAsync(http, proxy, asked, end.Token)))
            .Concat(Enumerable.Range(0, 4).Select(_ => Task.Run(() => AskOnAsync(flight, asked, end.Token)))).ToArray();
        await AnsweredAfterAsync(asked, clients, Stopwatch.GetTimestamp());
        await one.Process.KillAsync();
        var dead = Stopwatch.GetTimestamp();
        await AnsweredAfterAsync(asked, clients, dead);
        Assert.Equal([$"n:{QueriedCluster.Last + 1}"], [.. (await flight.GetAsync(ticket)).Rows.Select(r => $"n:{r.Trim('[', ']')}")]);

        await cluster.StartServerAsync(one);
        var again = Stopwatch.GetTimestamp();
        await AnsweredAfterAsync(asked, clients, again);
        await end.CancelAsync();
        await Task.WhenAll(clients);
        await BothAnswerAsync(http, proxy, flight);

        var lost = asked.Where(a => a.Failed).ToList();
        output.WriteLine($"{asked.Count} queries, {lost.Count} lost");
        Assert.True(lost.Count <= clients.Length, $"{lost.Count} queries were lost, {clients.Length} were in flight");
        Assert.All(lost, a => Assert.True(a.Begin < dead, $"a query that began {Stopwatch.GetElapsedTime(dead, a.Begin)} after the kill was lost"));
        Assert.True(two.Process.IsRunning);
    }

    private static async Task BothAnswerAsync(HttpClient http, NginxProxy proxy, FlightCalls flight)
    {
        // The proxy leaves one that failed alone for a second.
        var (overHttp, overFlight) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        await Amp.TestKit.Eventually.TrueAsync(
            async () =>
            {
                using var answer = await http.PostAsync(proxy.JsonLines, new StringContent(Count));
                overHttp.UnionWith(answer.Headers.GetValues("X-Server"));
                using var call = flight.Client.GetInfo(FlightDescriptor.CreateCommandDescriptor(Count));
                overFlight.UnionWith((await call.ResponseHeadersAsync).Where(h => h.Key == "x-server").Select(h => h.Value));
                await call.ResponseAsync;
                return overHttp.Count >= 2 && overFlight.Count >= 2;
            },
            "both servers are asked in turn on both wires");
    }

    /// <summary>Some more queries that began after a moment were answered.</summary>
    private static Task AnsweredAfterAsync(ConcurrentQueue<(long Begin, bool Failed)> asked, Task[] clients, long moment) => Amp.TestKit.Eventually.TrueAsync(
        () => Array.Find(clients, c => c.IsFaulted) is { } broken ? throw broken.Exception! : asked.Count(a => a.Begin > moment && !a.Failed) > 40, "queries are answered");

    private static async Task AskOnAsync(HttpClient http, NginxProxy proxy, ConcurrentQueue<(long, bool)> asked, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var begin = Stopwatch.GetTimestamp();
            try
            {
                using var answer = await http.PostAsync(proxy.JsonLines, new StringContent(Count), CancellationToken.None);
                var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
                Assert.True(!answer.IsSuccessStatusCode || text == $"{{\"n\":{QueriedCluster.Last + 1}}}\n", text);
                asked.Enqueue((begin, !answer.IsSuccessStatusCode));
            }
            catch (HttpRequestException)
            {
                asked.Enqueue((begin, true));
            }
        }
    }

    private static async Task AskOnAsync(FlightCalls flight, ConcurrentQueue<(long, bool)> asked, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var begin = Stopwatch.GetTimestamp();
            try
            {
                Assert.Single((await flight.QueryAsync(Count)).Rows);
                asked.Enqueue((begin, false));
            }
            catch (RpcException)
            {
                asked.Enqueue((begin, true));
            }
        }
    }
}
