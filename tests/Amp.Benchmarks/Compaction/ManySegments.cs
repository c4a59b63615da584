using System.Diagnostics;
using System.Globalization;
using Amp.Benchmarks.Queries;
using Amp.Chains.Evm.Tables;
using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Chain;
using Amp.Shared.Datasets;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Merges;
using Amp.Shared.Metadata.Workers;
using Amp.TestKit.Lakes;
using Amp.TestKit.Postgres;
using Amp.Worker.Housekeeping.Merging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.Benchmarks.Compaction;

/// <summary>What a dataset of many segments costs those who look at all of them: plans, the catalogue, missing ranges, lists, the choice of a merge.</summary>
[BenchmarkCommand("segments", "a dataset of many segments: plans, catalogue, missing ranges, lists, choice of a merge [segments]")]
internal static class ManySegments
{
    private const int Rounds = 40;
    private const int BlocksOfSegment = 100;
    private const int Page = 1000;

    public static async Task RunAsync(string[] args)
    {
        var segments = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        var folder = Directory.CreateTempSubdirectory("amp-bench-segments-").FullName;
        try
        {
            await MeasureAsync(folder, segments);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string folder, int segments)
    {
        using var logs = new LogRows(1_000);
        await using var database = await TestDatabase.CreateAsync();
        var lake = new LakeRows(database.DataSource);
        var manifest = ManifestReader.Read("""{"kind":"evm-rpc","network":"devnet","start_block":0}"""u8.ToArray());
        var hash = await lake.AddDatasetAsync("bench", "eth", manifest, "dev");
        var revisions = new List<long>();
        foreach (var table in EvmTables.All)
            revisions.Add(await lake.AddRevisionAsync("bench", "eth", hash, table.Name, $"bench/eth/{table.Name}/r"));
        foreach (var revision in revisions)
            await AddAsync(database, revision, 0, segments);
        await database.ScalarAsync("vacuum analyze");

        // Files are looked up by the engine, and the first rows of one are read: one stands for all of its table. The engine opens nothing outside of the folder.
        var one = Path.Combine(folder, "one.parquet");
        File.Copy(logs.Path, one);
        var path = Directory.CreateDirectory(Path.Combine(folder, "bench/eth/logs/r")).FullName;
        for (var i = 0; i < segments + Rounds; i++)
            File.CreateSymbolicLink(Path.Combine(path, NameOf(i)), one);

        await PlansAsync(database, folder, revisions, segments);
        await ChoicesAsync(database);
        await ListsAsync(database, hash);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"resident at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB, all of this and the engine in one process"));
    }

    private static async Task PlansAsync(TestDatabase database, string folder, List<long> revisions, int segments)
    {
        await using var catalog = new DatasetCatalog(database.DataSource, folder, TimeProvider.System, NullLogger<DatasetCatalog>.Instance);
        using var engine = new QueryEngine(catalog, new QueryLimits { DataFolders = [folder] }, TimeProvider.System);
        await MeasureAsync("first plan: catalogue read", 1, _ => PlanAsync(engine, "select * from \"bench/eth@dev\".logs"));
        await MeasureAsync("plan over all segments", Rounds, _ => PlanAsync(engine, "select * from \"bench/eth@dev\".logs"));
        await MeasureAsync("plan and first row of all segments, the engine is shown every file", Rounds, _ => FirstRowAsync(engine, "select address from \"bench/eth@dev\".logs"));
        await MeasureAsync("count of all rows", Rounds, _ => FirstRowAsync(engine, "select count(*) from \"bench/eth@dev\".logs"));
        await MeasureAsync("plan and rows of one of them", Rounds, _ => FirstRowAsync(engine, "select * from \"bench/eth@dev\".logs where _block_num = 4242"));
        await MeasureAsync("plan over one of them", Rounds, _ => PlanAsync(engine, "select * from \"bench/eth@dev\".logs where _block_num = 4242"));
        await MeasureAsync("plan over one of them, after a segment more of each table", Rounds, async i =>
        {
            foreach (var revision in revisions)
                await AddAsync(database, revision, segments + i, 1);
            await database.ScalarAsync("select pg_notify('amp_segments', 'bench/eth')");
        }, _ => PlanAsync(engine, "select * from \"bench/eth@dev\".logs where _block_num = 4242"));
    }

    private static async Task PlanAsync(QueryEngine engine, string sql)
    {
        await using var planned = await engine.PlanAsync(sql, CancellationToken.None);
    }

    private static async Task FirstRowAsync(QueryEngine engine, string sql)
    {
        await using var planned = await engine.PlanAsync(sql, CancellationToken.None);
        await foreach (var batch in planned.ExecuteAsync())
        {
            batch.Dispose();
            return;
        }
    }

    private static async Task ChoicesAsync(TestDatabase database)
    {
        var lease = await MergeLeases.TryTakeAsync(database.DataSource, WorkerIdentity.OfThisProcess("bench", slots: 1), default) ?? throw new InvalidOperationException("There is no lease.");
        IReadOnlyList<IReadOnlyList<SegmentRow>> tables = [];
        await MeasureAsync("segments of all tables read by a worker", Rounds, async _ => tables = (await MergeReading.ReadAsync(database.DataSource, lease, default)).Tables);
        var wanted = new BlockRange(0, tables.Max(t => t.Max(s => s.End)) + 1000);
        await MeasureAsync("missing ranges", Rounds, _ => Task.FromResult(MissingRanges.OfAll(wanted, tables).Count));
        var rules = new MergeRules(2L << 30, 0, 1, TimeSpan.FromSeconds(1024), 0);
        await MeasureAsync("choice of a merge", Rounds, _ => Task.FromResult(MergeChoice.Decide(tables, rules, TimeProvider.System.GetUtcNow().AddDays(1), new HashSet<long>()).Groups.Count));
    }

    private static async Task ListsAsync(TestDatabase database, string hash) => await MeasureAsync(
        $"a page of {Page} files from the middle", Rounds,
        _ => FileReading.ListAsync(database.DataSource, new FileQuery("bench", "eth", hash, Table: null, AfterId: 10_000, Limit: Page), default));

    private static Task MeasureAsync(string what, int rounds, Func<int, Task> act) => MeasureAsync(what, rounds, _ => Task.CompletedTask, act);

    private static async Task MeasureAsync(string what, int rounds, Func<int, Task> before, Func<int, Task> act)
    {
        var times = new List<TimeSpan>();
        var allocated = 0L;
        for (var round = 0; round < rounds; round++)
        {
            await before(round);
            var (start, bytes) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes(precise: true));
            await act(round);
            times.Add(Stopwatch.GetElapsedTime(start));
            allocated += GC.GetTotalAllocatedBytes(precise: true) - bytes;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {Distribution.Describe(times)}, {allocated / rounds / 1e6:F1} MB allocated each"));
    }

    private static string NameOf(int segment) => string.Create(CultureInfo.InvariantCulture, $"{(long)segment * BlocksOfSegment:D9}-0123456789abcdef.parquet");

    /// <summary>Rows of segments that link, as a worker would have registered them.</summary>
    private static Task AddAsync(TestDatabase database, long revision, int first, int count) => database.ScalarAsync(string.Create(CultureInfo.InvariantCulture, $"""
        insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash, end_timestamp, row_count, created_at, merged_at)
        select {revision}, lpad((s * {BlocksOfSegment})::text, 9, '0') || '-0123456789abcdef.parquet', 1000000, 'devnet', s * {BlocksOfSegment}, (s + 1) * {BlocksOfSegment} - 1,
            sha256((s + 1)::text::bytea), sha256(s::text::bytea), 1600000000 + s, 20000, now() - interval '1 day', now()
        from generate_series({first}, {first + count - 1}) s
        """));
}
