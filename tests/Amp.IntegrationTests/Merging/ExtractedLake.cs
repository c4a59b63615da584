using System.Globalization;
using Amp.Chains.Evm;
using Amp.Chains.Providers;
using Amp.DevChain;
using Amp.IntegrationTests.Ranges;
using Amp.Shared.Chain;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Merges;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Amp.Shared.Options;
using Amp.TestKit;
using Amp.Worker.Housekeeping;
using Amp.Worker.Housekeeping.Merging;
using Amp.Worker.Materialize;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.IntegrationTests.Merging;

/// <summary>A dataset of several segments a table, written and registered as workers do, in a store of either kind.</summary>
internal sealed class ExtractedLake : IAsyncDisposable
{
    public const ulong BlocksOfSegment = 25;

    private readonly string _folder = TestFolder.Create("amp-merging-");
    private readonly ScratchFolder _scratch;
    private readonly Dictionary<string, string> _config;
    private int _copies;

    private ExtractedLake(JobInDatabase jobs, Func<string, IObjectStore> open, Dictionary<string, string> config)
    {
        (Jobs, _config) = (jobs, config);
        _scratch = ScratchFolder.Take(Path.Combine(_folder, "cache"), "worker");
        Store = open(_scratch.Path);
    }

    public JobInDatabase Jobs { get; }

    public IObjectStore Store { get; }

    public long Job { get; private set; }

    public LeftAlone LeftAlone { get; } = new(TimeProvider.System);

    public string Scratch => _scratch.Path;

    /// <param name="open">Opens the store, given a folder for what is under construction.</param>
    /// <param name="segments">Of each table.</param>
    /// <param name="config">Keys of <c>writer</c>.</param>
    public static async Task<ExtractedLake> CreateAsync(Func<string, IObjectStore> open, int segments, Dictionary<string, string>? config = null)
    {
        var lake = new ExtractedLake(await JobInDatabase.CreateAsync(), open, config ?? []);
        await lake.ExtractAsync(segments);
        return lake;
    }

    public AmpSettings Settings() => SettingsLoader.Load(new SettingsRequest
    {
        CurrentFolder = _folder,
        Environment = _config
            .Select(c => (Key: "AMP_CONFIG_WRITER__" + c.Key.ToUpperInvariant().Replace(".", "__", StringComparison.Ordinal), c.Value))
            .Append((Key: "AMP_CONFIG_METADATA_DB__URL", Value: Jobs.ConnectionString))
            .ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal),
    });

    /// <summary>One turn of a compactor: takes the dataset, if it is due, and merges all that is to be merged.</summary>
    public async Task<bool> MergeAsync(WorkerIdentity worker, CancellationToken stopping = default)
    {
        if (await MergeLeases.TryTakeAsync(Jobs.Source, worker, default) is not { } lease)
            return false;
        using var run = Run();
        await run.RunAsync(lease, stopping);
        return true;
    }

    public MergeRun Run()
    {
        var settings = Settings();
        return new MergeRun(
            Jobs.Source, Store, settings, new MergeWriter(Store, _scratch, settings.Writer), new FooterChecks(Store, settings.Writer, LeftAlone), LeftAlone,
            TimeProvider.System, NullLogger<MergeRun>.Instance);
    }

    public RetiredCollector Collector() => new(Jobs.Source, Store, TimeProvider.System, NullLogger<RetiredCollector>.Instance);

    /// <summary>One that collects what was announced just now.</summary>
    public OrphanCollector Orphans()
    {
        _config.TryAdd("collector.active", "true");
        _config.TryAdd("collector.deletion_lock_duration", "0");
        return new OrphanCollector(Jobs.Source, Store, Settings(), TimeProvider.System, NullLogger<OrphanCollector>.Instance);
    }

    /// <summary>Live files of a table, in block order, as paths of copies on this machine.</summary>
    public async Task<IReadOnlyList<string>> CopiesAsync(string table)
    {
        var copies = new List<string>();
        foreach (var path in await PathsAsync($"r.table_name = '{table}' and s.retired_at is null"))
        {
            var copy = Path.Combine(_folder, $"{_copies++}.parquet");
            await using var file = File.Create(copy);
            Assert.NotNull(await Store.CopyToAsync(path, file, expected: null, default));
            copies.Add(copy);
        }

        return copies;
    }

    public Task<string[]> PathsAsync(string condition) => Jobs.AskAsync<string[]>(
        $"select coalesce(array_agg(r.path || '/' || s.file_name order by s.start_block, s.id), array[]::text[]) from segments s join revisions r on r.id = s.revision_id where {condition}");

    public async ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        (Store as IDisposable)?.Dispose();
        await Jobs.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ExtractAsync(int segments)
    {
        var last = ((ulong)segments * BlocksOfSegment) - 1;
        Directory.CreateDirectory(Path.Combine(_folder, "providers"));
        await using var chain = DevChainHost.Build(new DevChainSettings { Port = 0, Seed = 11, Blocks = last, TransactionsPerBlock = 4, LogsPerBlock = 8 });
        await chain.StartAsync();
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "providers", "dev.toml"),
            string.Create(CultureInfo.InvariantCulture, $"kind = \"evm-rpc\"\nnetwork = \"devnet\"\nurl = \"{DevChainHost.Address(chain).ToString().TrimEnd('/')}\"\n"));
        await using var sources = new EvmBlockSources(new ProviderFiles(Path.Combine(_folder, "providers")), TimeProvider.System, NullLoggerFactory.Instance);
        var source = await sources.OpenAsync("devnet", default);

        Job = await Jobs.PlanAsync(last);
        var worker = await Jobs.RegisterAsync("extractor");
        var lease = (await Jobs.ClaimAsync(worker, size: last + 1))!;

        // Nobody beats for it, and a busy machine takes longer than a lease lasts.
        await Jobs.ExecuteAsync("update block_ranges set lease_expires_at = now() + interval '1 hour'");
        var facts = (await JobReading.FindAsync(Jobs.Source, Job, default))!;
        IReadOnlyList<Revision> revisions;
        await using (var connection = await Jobs.Source.OpenConnectionAsync())
            revisions = await Revisions.ActiveAsync(connection, facts.Namespace, facts.Name, facts.ManifestHash, default);
        var tables = new DatasetTables("test/d1", facts.ManifestHash, "devnet", revisions, Settings().Writer);
        Hash32? parent = null;
        for (var i = 0; i < segments; i++)
        {
            var start = (ulong)i * BlocksOfSegment;
            var names = OpenSegment.NewNames(tables, start);
            using var segment = OpenSegment.Open(Store, tables, names, new RowGroupBudget(512));
            await foreach (var rows in source.ReadAsync(new BlockRange(start, start + BlocksOfSegment - 1), parent, new ExtractionOptions(), default))
            {
                using (rows)
                    await segment.WriteAsync(rows);
            }

            parent = segment.Last.Hash;
            var files = await segment.PublishAsync(TimeProvider.System.GetUtcNow());
            await RangeWrites.RegisterAsync(Jobs.Source, lease, "test/d1", files, start + BlocksOfSegment, i == segments - 1, tip: null, again: false, default);
        }

        await Jobs.DeregisterAsync(worker);
    }
}
