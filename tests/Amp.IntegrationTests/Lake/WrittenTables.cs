using Amp.Chains.Evm;
using Amp.Chains.Evm.Tables;
using Amp.Chains.Providers;
using Amp.DevChain;
using Amp.Shared.Chain;
using Amp.Shared.Datasets;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Amp.TestKit.Lakes;
using Amp.TestKit.Postgres;
using Amp.Worker.Materialize;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.IntegrationTests.Lake;

/// <summary>One segment of a simulated chain, written as workers write, and what went into it, leaf by leaf.</summary>
internal sealed class WrittenTables : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"amp-lake-{Guid.NewGuid():N}");

    /// <summary>By table and leaf path (<c>access_list.list.element.address</c>): the values as text, in order.</summary>
    public Dictionary<string, ArrowLeaves> Expected { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<NewSegment> Segments { get; private set; } = [];

    /// <summary>What <c>data_dir</c> would be.</summary>
    public string Root => Path.Combine(_folder, "lake");

    public FolderStore Store => new(Root);

    public string PathOf(string table) => Store.LocalPath($"{FolderOf(table)}/{Segments[IndexOf(table)].FileName}");

    /// <summary>The path of the table's revision in the lake.</summary>
    public static string FolderOf(string table) => $"test/eth/{table}/r";

    /// <param name="blocks">Blocks 0 to this one less one; 0 writes a segment whose tables have no rows but in blocks.</param>
    /// <param name="manifestHash">Of the dataset version that the files say they are of.</param>
    public static async Task<WrittenTables> WriteAsync(
        ulong blocks, string compression = "zstd(1)", int transactions = 8, int maxRowGroupMb = 512, string? manifestHash = null, DateTimeOffset? createdAt = null)
    {
        var written = new WrittenTables();
        Directory.CreateDirectory(Path.Combine(written._folder, "providers"));
        await using var chain = DevChainHost.Build(new DevChainSettings
        {
            Port = 0,
            Seed = 11,
            Blocks = blocks - 1,
            TransactionsPerBlock = transactions,
            LogsPerBlock = transactions * 2,
        });
        await chain.StartAsync();
        await File.WriteAllTextAsync(
            Path.Combine(written._folder, "providers", "dev.toml"),
            $"kind = \"evm-rpc\"\nnetwork = \"devnet\"\nurl = \"{DevChainHost.Address(chain).ToString().TrimEnd('/')}\"\n");
        await using var sources = new EvmBlockSources(
            new ProviderFiles(Path.Combine(written._folder, "providers")), TimeProvider.System, NullLoggerFactory.Instance);
        var source = await sources.OpenAsync("devnet", default);

        var settings = SettingsLoader.Load(new SettingsRequest
        {
            CurrentFolder = written._folder,
            NeedsDatabase = false,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["AMP_CONFIG_WRITER__COMPRESSION"] = compression },
        }).Writer;
        var revisions = EvmTables.All.Select((t, i) => new Revision(i + 1, t.Name, FolderOf(t.Name))).ToArray();
        var tables = new DatasetTables("test/eth", manifestHash ?? new string('a', 64), "devnet", revisions, settings);
        using var segment = OpenSegment.Open(written.Store, tables, OpenSegment.NewNames(tables, 0), new RowGroupBudget(maxRowGroupMb));
        await foreach (var rows in source.ReadAsync(new BlockRange(0, blocks - 1), parentHash: null, new ExtractionOptions { MaxBatchRows = 200 }, default))
        {
            using (rows)
            {
                for (var i = 0; i < rows.Tables.Count; i++)
                    written.Note(EvmTables.All[i].Name, rows.Tables[i]);
                await segment.WriteAsync(rows);
            }
        }

        written.Segments = await segment.PublishAsync(createdAt ?? DateTimeOffset.UnixEpoch.AddSeconds(5));
        return written;
    }

    /// <summary>Registers the files as dataset <c>test/eth</c>, revision <c>dev</c>.</summary>
    public async Task RegisterAsync(TestDatabase database, ulong lastBlock)
    {
        var rows = new LakeRows(database.DataSource);
        var manifest = new RawManifest(RawManifest.EvmRpc, "devnet", 0, false, new Dictionary<string, RawTable>(StringComparer.Ordinal));
        var hash = await rows.AddDatasetAsync("test", "eth", manifest, "dev");
        foreach (var (table, segment) in EvmTables.All.Zip(Segments))
        {
            var revision = await rows.AddRevisionAsync("test", "eth", hash, table.Name, FolderOf(table.Name));
            await rows.AddSegmentAsync(revision, segment.FileName, 0, lastBlock, segment.Hash, segment.PrevHash, segment.RowCount, "devnet", segment.ObjectSize);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Note(string table, Apache.Arrow.RecordBatch batch)
    {
        for (var i = 0; i < batch.ColumnCount; i++)
            ArrowLeaves.Note(Expected, $"{table}/{batch.Schema.FieldsList[i].Name}", batch.Column(i));
    }

    private static int IndexOf(string table) => EvmTables.All.Select(t => t.Name).ToList().IndexOf(table);
}
