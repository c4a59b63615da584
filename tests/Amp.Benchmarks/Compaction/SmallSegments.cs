using System.Diagnostics;
using System.Globalization;
using Amp.LocalPostgres.Processes;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.Benchmarks.Compaction;

/// <summary>A real lake of one segment a block, through real processes: extracted, queried, verified and merged, with the memory of each process.</summary>
[BenchmarkCommand("small-segments", "one segment a block through real processes: extraction, queries, merge, memory of each [blocks]")]
internal static class SmallSegments
{
    private const string Dataset = "bench/eth@1.0.0";
    private const string Live = "select count(*) from segments where retired_at is null";

    public static async Task RunAsync(string[] args)
    {
        var blocks = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            Workers = 1,
            Chain = new ChainSettings { Blocks = (ulong)blocks, Grade = "load", Arguments = ["--transactions", "2", "--logs", "3"] },

            // Every segment is closed at its first block.
            Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["writer.bytes"] = "1" },
        });
        await cluster.RegisterAsync(Dataset);
        var start = Stopwatch.GetTimestamp();
        var last = (blocks - 1).ToString(CultureInfo.InvariantCulture);
        await cluster.WaitForJobAsync(await cluster.DeployAsync(Dataset, last), "COMPLETED", TimeSpan.FromHours(1));
        Tell($"{await cluster.Database.ScalarAsync(Live)} segments extracted", start, cluster.Workers["worker-1"]);
        await cluster.Workers["worker-1"].StopAsync();

        await QueryAsync(cluster, "count of all rows", "select count(*) as n from \"bench/eth@1.0.0\".logs");
        await QueryAsync(cluster, "rows of one block", "select * from \"bench/eth@1.0.0\".logs where block_num = 4242");
        start = Stopwatch.GetTimestamp();
        var report = await cluster.VerifyAsync(Dataset, TimeSpan.FromMinutes(10));
        if (!report.GetProperty("whole").GetBoolean())
            throw new InvalidOperationException($"the lake is not whole: {report}");
        Tell("verified", start, cluster.Controllers[0].Process);

        start = Stopwatch.GetTimestamp();
        await using var merging = await StartMergingAsync(cluster);
        await Eventually.TrueAsync(async () => (long)(await cluster.Database.ScalarAsync(Live))! == 3, "each table is one segment", TimeSpan.FromHours(1));
        Tell("merged to one segment of each table", start, merging);
        await QueryAsync(cluster, "count of all rows, merged", "select count(*) as n from \"bench/eth@1.0.0\".logs");
    }

    private static async Task<ServiceProcess> StartMergingAsync(AmpCluster cluster)
    {
        var port = LoopbackPorts.Free();
        var settings = cluster.Service(
            "Amp.Worker", "merging", new Uri($"http://127.0.0.1:{port}"),
            ("worker_health_addr", $"127.0.0.1:{port}"), ("writer.bytes", "2147483648"), ("writer.compactor.active", "true"), ("writer.compactor.cooldown_duration", "0"));
        return await ServiceProcess.StartAsync(settings with { Arguments = ["--node-id", "merging"] });
    }

    private static async Task QueryAsync(AmpCluster cluster, string what, string sql)
    {
        var times = new List<TimeSpan>();
        for (var round = 0; round < 5; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await cluster.QueryAsync(sql);
            times.Add(Stopwatch.GetElapsedTime(start));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {Distribution.Describe(times)}, server {Peak(cluster.Servers[0].Process):F0} MB"));
    }

    private static void Tell(string what, long start, ServiceProcess process) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, {process.Name} {Peak(process):F0} MB"));

    /// <summary>The most that a process had resident, in MB.</summary>
    private static double Peak(ServiceProcess process)
    {
        using var running = Process.GetProcessById(process.Id);
        return running.PeakWorkingSet64 / 1e6;
    }
}
