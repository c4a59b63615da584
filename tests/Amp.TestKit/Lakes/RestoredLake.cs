using Amp.Shared.Datasets;
using Amp.Shared.Lake;
using Amp.TestKit.Postgres;
using ParquetSharp;

namespace Amp.TestKit.Lakes;

/// <summary>
/// The lake that another system wrote (block 15 000 000 of mainnet), registered from its footers as dataset <c>_/eth_rpc</c>, version 1.0.0, in a
/// database of its own. The files stay where they are.
/// </summary>
public sealed class RestoredLake : IAsyncDisposable
{
    public const ulong Block = 15_000_000;
    public const int Transactions = 348;
    public const int Logs = 719;

    private RestoredLake(TestDatabase database, string root)
    {
        Database = database;
        Root = root;
    }

    public TestDatabase Database { get; }

    /// <summary>The lake's folder, what <c>data_dir</c> would be.</summary>
    public string Root { get; }

    /// <param name="database">A migrated one, which the lake takes over; null makes one.</param>
    public static async Task<RestoredLake> OpenAsync(TestDatabase? database = null)
    {
        var readme = SharedData.File("README.md");
        var root = Path.Combine(Path.GetDirectoryName(readme)!, "lake");
        database ??= await TestDatabase.CreateAsync();
        var rows = new LakeRows(database.DataSource);
        var manifest = new RawManifest(RawManifest.EvmRpc, "mainnet", Block, false, new Dictionary<string, RawTable>(StringComparer.Ordinal));
        var hash = await rows.AddDatasetAsync("_", "eth_rpc", manifest, "1.0.0", "dev");
        foreach (var file in Directory.EnumerateFiles(root, "*.parquet", SearchOption.AllDirectories))
        {
            var (footer, count) = Footer(file);
            var range = Xunit.Assert.Single(footer.Ranges);
            var revision = await rows.AddRevisionAsync("_", "eth_rpc", hash, footer.Table, Path.GetRelativePath(root, Path.GetDirectoryName(file)!));
            await rows.AddSegmentAsync(
                revision, Path.GetFileName(file), range.Start, range.End, range.Hash, range.PrevHash, count, range.Network, new FileInfo(file).Length, ours: false);
        }

        return new RestoredLake(database, root);
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();

    private static (SegmentFooter Footer, long Rows) Footer(string file)
    {
        using var reader = new ParquetFileReader(file);
        return (SegmentFooter.Parse(new Dictionary<string, string>(reader.FileMetaData.KeyValueMetadata, StringComparer.Ordinal)), reader.FileMetaData.NumRows);
    }
}
