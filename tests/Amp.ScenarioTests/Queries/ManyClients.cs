using System.Diagnostics;
using System.Globalization;
using Amp.TestKit.Cluster;
using Amp.TestKit.Servers;
using Apache.Arrow.Flight;

namespace Amp.ScenarioTests.Queries;

/// <summary>200 clients of small queries and 8 of full scans at once at one server, half of them over each wire, whose operator gave it a queue for them.</summary>
[Collection(QueriedCluster.Name)]
public sealed class ManyClients(QueriedCluster queried, ITestOutputHelper output)
{
    private const int Small = 200;
    private const int Scanning = 8;

    [Fact]
    public async Task None_fails_none_starves_and_memory_is_bounded()
    {
        var cluster = queried.Cluster;
        var server = cluster.Servers[0];
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(3) };
        using var flight = new FlightCalls(server.Flight);
        await SmallQueriesAsync(http, server, flight, clients: 20);

        var alone = await SmallQueriesAsync(http, server, flight, Small);
        using var end = new CancellationTokenSource();
        var scans = Enumerable.Range(0, Scanning).Select(client => Task.Run(() => ScanAsync(http, server, client % 2 == 0 ? flight : null, end.Token))).ToArray();
        var beside = await SmallQueriesAsync(http, server, flight, Small);
        await end.CancelAsync();
        var scanned = await Task.WhenAll(scans);

        output.WriteLine($"p95 alone {P95(alone)}, beside scans {P95(beside)}; scans {string.Join(", ", scanned)}; peak {QueriedCluster.PeakMb(server.Process)} MiB");
        Assert.All(scanned, n => Assert.True(n > 0, "a client of full scans got none"));

        // Of 16 places the scans hold 8. Measured on a busy machine: 8.8 s alone, 9.5 s beside the scans.
        Assert.InRange(P95(beside), TimeSpan.Zero, (P95(alone) * 5) + TimeSpan.FromSeconds(5));
        Assert.InRange(QueriedCluster.PeakMb(server.Process), 1, QueriedCluster.MaxMemMb + 512);
    }

    private static async Task<List<TimeSpan>> SmallQueriesAsync(HttpClient http, ServerProcess server, FlightCalls flight, int clients)
    {
        var times = await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            var sql = string.Create(CultureInfo.InvariantCulture, $"select hash, gas_used from \"{QueriedCluster.Dataset}\".blocks where block_num = {client}");
            var answer = client % 2 == 0 ? await AskAsync(flight, sql) : await QueriedCluster.AskAsync(http, server.JsonLines, sql);
            Assert.Equal((200, 1L, ""), (answer.Status, answer.Rows, answer.Refusal));
            return answer.Took;
        })));
        return [.. times];
    }

    private static async Task<int> ScanAsync(HttpClient http, ServerProcess server, FlightCalls? flight, CancellationToken end)
    {
        var scans = 0;
        do
        {
            const string Scan = $"select * from \"{QueriedCluster.Dataset}\".logs";
            var answer = flight is null ? await QueriedCluster.AskAsync(http, server.JsonLines, Scan) : await AskAsync(flight, Scan);
            Assert.Equal((200, ""), (answer.Status, answer.Refusal));
            Assert.True(answer.Rows > 10_000, $"{answer.Rows} rows");
            scans++;
        }
        while (!end.IsCancellationRequested);
        return scans;
    }

    private static async Task<Answer> AskAsync(FlightCalls flight, string sql)
    {
        var started = Stopwatch.GetTimestamp();
        using var call = flight.Client.GetStream(new FlightTicket(sql));
        long rows = 0;
        while (await call.ResponseStream.MoveNext(default))
        {
            using var batch = call.ResponseStream.Current;
            rows += batch.Length;
        }

        return new Answer(200, rows, "", Stopwatch.GetElapsedTime(started));
    }

    private static TimeSpan P95(List<TimeSpan> times) => times.Order().ElementAt(times.Count * 95 / 100);
}
