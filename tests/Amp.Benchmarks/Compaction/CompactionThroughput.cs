using System.Diagnostics;
using System.Globalization;
using Amp.Chains.Evm.Tables;
using Amp.Shared.Chain;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Amp.TestKit.Cluster;
using Amp.Worker.Housekeeping.Merging;
using Amp.Worker.Materialize;
using Npgsql;

namespace Amp.Benchmarks.Compaction;

/// <summary>Segments of dense blocks merged by one writer: MB/s of files, peak memory; and what is to be merged of a table of many segments.</summary>
[BenchmarkCommand("compaction", "merge of segments: MB/s, peak memory; decision over many segments [segments]")]
internal static class CompactionThroughput
{
    private const ulong Blocks = 8_000;
    private const int Rounds = 10;

    public static async Task RunAsync(string[] args)
    {
        Decide(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000);
        await MergeAsync();
    }

    private static void Decide(int segments)
    {
        IReadOnlyList<SegmentRow>[] tables = [.. Enumerable.Range(0, 3).Select(t => Enumerable.Range(0, segments)
            .Select(i => new SegmentRow(
                (t * 1_000_000L) + i, t, "t", "f.parquet", 1 << 20, "bench", (ulong)i * 10, ((ulong)i * 10) + 9, HashOf(i + 1), HashOf(i), 0, 100, 0, DateTimeOffset.UnixEpoch.AddSeconds(i)))
            .ToArray())];
        var rules = new MergeRules(2L << 30, 0, 1, TimeSpan.FromSeconds(1024), 0);
        var times = new List<TimeSpan>();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        for (var round = 0; round < Rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var decision = MergeChoice.Decide(tables, rules, DateTimeOffset.UnixEpoch.AddDays(1), new HashSet<long>());
            times.Add(Stopwatch.GetElapsedTime(start));
            if (decision.Groups.Count != tables.Length)
                throw new InvalidOperationException("Nothing is to be merged.");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"decision over 3 tables of {segments} segments: {Distribution.Describe(times)}, {(GC.GetTotalAllocatedBytes(precise: true) - allocated) / Rounds / 1e6:F1} MB allocated each"));
    }

    private static async Task MergeAsync()
    {
        NativeAllocator.Bound();
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            IsLongLived = true,
            Workers = 1,
            Servers = 0,
            Chain = new ChainSettings { Blocks = Blocks, Grade = "load", Arguments = ["--transactions", "150", "--logs", "300"] },
            Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["writer.bytes"] = "4000000" },
        });
        await cluster.RegisterAsync("bench/eth@1.0.0");
        await cluster.WaitForJobAsync(await cluster.DeployAsync("bench/eth@1.0.0", Blocks.ToString(CultureInfo.InvariantCulture)), "COMPLETED", TimeSpan.FromMinutes(10));

        var settings = SettingsLoader.Load(new SettingsRequest { CurrentFolder = cluster.Folder, NeedsDatabase = false, Environment = new Dictionary<string, string>(StringComparer.Ordinal) });
        var writer = new MergeWriter(new FolderStore(cluster.Lake), scratch: null, settings.Writer);
        await using var connection = await cluster.Database.DataSource.OpenConnectionAsync();
        foreach (var revision in await RevisionsAsync(connection))
        {
            var segments = (await SegmentReading.OfRevisionAsync(connection, revision.Id, default)).OrderBy(s => s.Start).ToArray();
            var (bytes, cpu, start) = (segments.Sum(s => s.ObjectSize), Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
            var merged = await writer.WriteAsync(EvmTables.All.First(t => t.Name == revision.Table), revision.Path, "merged.parquet", new string('0', 64), segments, default);
            var process = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{revision.Table}: {segments.Length} segments of {bytes / 1e6:F0} MB to {merged.File.ObjectSize / 1e6:F0} MB, {bytes / 1e6 / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} MB/s, {bytes / 1e6 / (process.TotalProcessorTime - cpu).TotalSeconds:F0} MB/s of CPU, resident at most {process.PeakWorkingSet64 / 1e6:F0} MB"));
        }
    }

    private static async Task<List<Revision>> RevisionsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select id, table_name, path from revisions where active order by table_name", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var revisions = new List<Revision>();
        while (await reader.ReadAsync())
            revisions.Add(new Revision(reader.GetInt64(0), reader.GetString(1), reader.GetString(2)));
        return revisions;
    }

    private static Hash32 HashOf(int number)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        BitConverter.TryWriteBytes(bytes, number);
        return new Hash32(bytes);
    }
}
