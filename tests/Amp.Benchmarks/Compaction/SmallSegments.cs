using System.Diagnostics;
using System.Globalization;
using Amp.Chains.Evm;
using Amp.Chains.Evm.Tables;
using Amp.Chains.Providers;
using Amp.LocalPostgres.Processes;
using Amp.Shared.Chain;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;
using Amp.Worker.Materialize;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.Benchmarks.Compaction;

/// <summary>A real lake of one segment a block and table, through real processes: restored, queried, verified and merged, with the memory of each process.</summary>
[BenchmarkCommand("small-segments", "one segment a block through real processes: restore, queries, verification, merge, memory of each [blocks]")]
internal static class SmallSegments
{
    private const string Dataset = "bench/eth@1.0.0";
    private const string Live = "select count(*) from segments where retired_at is null";

    public static async Task RunAsync(string[] args)
    {
        var blocks = args.Length > 0 ? ulong.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            Workers = 0,
            Chain = new ChainSettings { Blocks = blocks, Grade = "load", Arguments = ["--transactions", "2", "--logs", "3"] },
        });
        cluster.Admin.Timeout = TimeSpan.FromMinutes(10);
        await cluster.RegisterAsync(Dataset);
        await WriteAsync(cluster, blocks);
        var start = Stopwatch.GetTimestamp();
        await cluster.SendAsync(HttpMethod.Post, "/datasets/bench/eth/versions/1.0.0/restore");
        Tell($"{await cluster.Database.ScalarAsync(Live)} segments restored", start, cluster.Controllers[0].Process);

        await QueryAsync(cluster, "count of all rows", "select count(block_num) as n from \"bench/eth@1.0.0\".logs");
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
        await QueryAsync(cluster, "count of all rows, merged", "select count(block_num) as n from \"bench/eth@1.0.0\".logs");
    }

    /// <summary>Files as workers write them, but that every block closes its segment.</summary>
    private static async Task WriteAsync(AmpCluster cluster, ulong blocks)
    {
        var writer = SettingsLoader.Load(new SettingsRequest { CurrentFolder = cluster.Folder, NeedsDatabase = false, Environment = new Dictionary<string, string>(StringComparer.Ordinal) }).Writer;
        var manifest = (string)(await cluster.Database.ScalarAsync("select hash from manifests"))!;
        var revisions = EvmTables.All.Select((t, i) => new Revision(i + 1, t.Name, $"bench/eth/{t.Name}/r")).ToArray();
        var tables = new DatasetTables("bench/eth", manifest, AmpCluster.Network, revisions, writer);
        await using var sources = new EvmBlockSources(new ProviderFiles(cluster.Providers), TimeProvider.System, NullLoggerFactory.Instance);
        var source = await sources.OpenAsync(AmpCluster.Network, default);
        var next = 0UL;
        await foreach (var rows in source.ReadAsync(new BlockRange(0, blocks - 1), parentHash: null, new ExtractionOptions { MaxBatchRows = 1 }, default))
        {
            using (rows)
            {
                using var segment = OpenSegment.Open(new FolderStore(cluster.Lake), tables, OpenSegment.NewNames(tables, next++), new RowGroupBudget(writer.MaxRowGroupMb));
                await segment.WriteAsync(rows);
                await segment.PublishAsync(TimeProvider.System.GetUtcNow());
            }
        }
    }

    private static async Task<ServiceProcess> StartMergingAsync(AmpCluster cluster)
    {
        var port = LoopbackPorts.Free();
        var settings = cluster.Service(
            "Amp.Worker", "merging", new Uri($"http://127.0.0.1:{port}"),
            ("worker_health_addr", $"127.0.0.1:{port}"), ("writer.compactor.active", "true"), ("writer.compactor.cooldown_duration", "0"));
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
