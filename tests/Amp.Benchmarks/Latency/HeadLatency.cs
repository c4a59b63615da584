using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Amp.TestKit.Cluster;

namespace Amp.Benchmarks.Latency;

/// <summary>How long after a block was mined a server answers its row, on a chain that mines a block a second.</summary>
[BenchmarkCommand("head", "block mined to row answered, and deploy to first registered segment")]
internal static class HeadLatency
{
    private const int Blocks = 40;
    private const int Deploys = 20;

    public static async Task RunAsync(string[] args)
    {
        _ = args;
        await using var cluster = await AmpCluster.StartAsync(new() { Workers = 2, Chain = new() { Blocks = 500, Grade = "load", BlockTime = TimeSpan.FromSeconds(1) } });
        await cluster.RegisterAsync("bench/head@1.0.0");
        var job = await cluster.DeployAsync("bench/head@1.0.0");
        await cluster.WaitForBlockAsync(job, 500);
        using (var use = await NodeUse.BeginAsync(cluster.ChainUrl!))
        {
            Console.WriteLine("block mined to row answered: " + Distribution.Describe(await FollowAsync(cluster)));
            Console.WriteLine(await use.TellAsync());
        }

        await cluster.SendAsync(HttpMethod.Put, $"/jobs/{job}/stop");
        await cluster.WaitForJobAsync(job, "STOPPED");

        using var useOfDeploys = await NodeUse.BeginAsync(cluster.ChainUrl!);
        List<TimeSpan> firsts = [];
        for (var i = 0; i < Deploys; i++)
            firsts.Add(await FirstSegmentAsync(cluster, $"bench/first_{i}@1.0.0"));
        Console.WriteLine("deploy to first registered segment: " + Distribution.Describe(firsts));
        Console.WriteLine(await useOfDeploys.TellAsync());
    }

    private static async Task<List<TimeSpan>> FollowAsync(AmpCluster cluster)
    {
        using var chain = new HttpClient { BaseAddress = cluster.ChainUrl };
        List<TimeSpan> times = [];
        var last = await HeadAsync(cluster);
        while (times.Count < Blocks)
        {
            var head = await HeadAsync(cluster);
            var seen = TimeProvider.System.GetUtcNow();
            for (var number = last + 1; number <= head; number++)
            {
                var block = await chain.GetFromJsonAsync<JsonElement>(string.Create(CultureInfo.InvariantCulture, $"/admin/blocks/{number}"));
                // Blocks of the node's start were never mined.
                if (block.TryGetProperty("mined_at", out var mined))
                    times.Add(seen - mined.GetDateTimeOffset());
            }

            last = Math.Max(last, head);
            await Task.Delay(10);
        }

        return times;
    }

    private static async Task<ulong> HeadAsync(AmpCluster cluster)
    {
        var rows = await cluster.QueryAsync("SELECT max(block_num) AS head FROM \"bench/head\".blocks");
        return rows[0].TryGetProperty("head", out var head) ? head.GetUInt64() : 0;
    }

    private static async Task<TimeSpan> FirstSegmentAsync(AmpCluster cluster, string reference)
    {
        await cluster.RegisterAsync(reference);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var job = await cluster.DeployAsync(reference, endBlock: "400");
        while (true)
        {
            var progress = await cluster.GetAsync($"/jobs/{job}/progress");
            if (progress.GetProperty("tables").EnumerateObject().Any(t => t.Value.GetProperty("files_count").GetInt64() > 0))
                return watch.Elapsed;
            await Task.Delay(5);
        }
    }
}
