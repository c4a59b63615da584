using Amp.Shared.Faults;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Queries;

namespace Amp.ScenarioTests.Queries;

/// <summary>A server of 64 MiB and two seconds a query, and queries that ask for all there is.</summary>
public sealed class BombsAreStopped(ITestOutputHelper output)
{
    [Fact]
    public async Task Each_by_its_limit_and_the_server_holds_its_memory_and_answers_on()
    {
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            Workers = 0,
            Controllers = 0,
            Chain = null,
            Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["query_max_mem_mb"] = "64", ["query_timeout_secs"] = "2", ["query_max_concurrent"] = "4", ["query_queue_wait_secs"] = "60" },
        });
        var server = cluster.Servers[0];
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        foreach (var (name, sql, code) in Bombs.OfPlanning)
            await IsStoppedAsync(http, server, name, sql, code, ErrorCode.QueryTimeout);
        await Task.WhenAll(Bombs.OfRunning.Select(b => IsStoppedAsync(http, server, b.Name, b.Sql, ErrorCode.ResourcesExhausted, ErrorCode.QueryTimeout)));
        output.WriteLine($"peak {QueriedCluster.PeakMb(server.Process)} MiB, now {QueriedCluster.NowMb(server.Process)} MiB");

        // Four queries of 64 MiB, what parsing and planning take beside it, and the process itself.
        Assert.InRange(QueriedCluster.PeakMb(server.Process), 1, 1024);
        Assert.True(server.Process.IsRunning, server.Process.Tail(30));
    }

    private static async Task IsStoppedAsync(HttpClient http, ServerProcess server, string name, string sql, params ErrorCode[] allowed)
    {
        var answer = await QueriedCluster.AskAsync(http, server.JsonLines, sql);
        Assert.True(
            answer.Status == Answer.Cut || Array.Exists(allowed, c => answer.Refusal.Contains($"\"{c.ToWire()}\"", StringComparison.Ordinal)),
            $"{name}: {answer.Status} with {answer.Rows} rows after {answer.Took}: {answer.Refusal}");

        // A busy machine may take those two seconds for a simple query, too.
        await Eventually.TrueAsync(async () => (await QueriedCluster.AskAsync(http, server.JsonLines, "select 1 as one")) is { Status: 200, Rows: 1 }, $"a query after {name} is answered");
    }
}
