using System.Globalization;
using Amp.Shared.Chain;
using Amp.Shared.Datasets;
using Amp.Shared.Lake.Stores;
using Amp.TestKit.Postgres;
using Apache.Arrow.Types;
using DuckDB.NET.Data;

namespace Amp.TestKit.Lakes;

/// <summary>
/// A lake of one dataset, <c>test/small</c>, with tables <c>one</c> and <c>two</c> of two columns: <c>_block_num</c> and <c>n</c> (a hundred rows
/// a block). Segments are added block range by block range; the hash of block b is b repeated.
/// </summary>
public sealed class SmallLake : IAsyncDisposable
{
    public const int RowsPerBlock = 100;

    private readonly Dictionary<string, (long Revision, string Path)> _tables = new(StringComparer.Ordinal);

    private readonly IObjectStore? _store;

    private SmallLake(TestDatabase database, string root, IObjectStore? store)
    {
        _store = store;
        Database = database;
        Root = root;
        Rows = new LakeRows(database.DataSource);
    }

    public TestDatabase Database { get; }

    public string Root { get; }

    public LakeRows Rows { get; }

    /// <param name="store">Takes the files; null = they lie in <see cref="Root"/>.</param>
    public static async Task<SmallLake> CreateAsync(IObjectStore? store = null)
    {
        var lake = new SmallLake(await TestDatabase.CreateAsync(), Directory.CreateTempSubdirectory("amp-small-lake-").FullName, store);
        IReadOnlyList<ManifestField> fields = [new("_block_num", UInt64Type.Default, false), new("n", Int64Type.Default, false)];
        var tables = new Dictionary<string, DerivedTable>(StringComparer.Ordinal) { ["one"] = new("select 1", fields), ["two"] = new("select 1", fields) };
        var manifest = new DerivedManifest(new Dictionary<string, DatasetReference>(StringComparer.Ordinal), tables);
        var hash = await lake.Rows.AddDatasetAsync("test", "small", manifest, "dev");
        foreach (var table in tables.Keys)
        {
            var path = $"test/small/{table}/{Guid.CreateVersion7()}";
            Directory.CreateDirectory(Path.Combine(lake.Root, path));
            lake._tables[table] = (await lake.Rows.AddRevisionAsync("test", "small", hash, table, path), path);
        }

        return lake;
    }

    public static Hash32 HashOf(ulong block, byte fork = 0)
    {
        var bytes = new byte[Hash32.Size];
        BitConverter.TryWriteBytes(bytes, block + 1);
        bytes[^1] = fork;
        return new Hash32(bytes);
    }

    /// <summary>Writes a segment and registers it, with the notification that registration sends.</summary>
    /// <param name="fork">Tells blocks of the same number apart.</param>
    /// <param name="parentFork">Fork of the block before the first.</param>
    public async Task<long> AddAsync(string table, ulong start, ulong end, byte fork = 0, byte parentFork = 0, bool notify = true)
    {
        var (revision, path) = _tables[table];
        var name = string.Create(CultureInfo.InvariantCulture, $"{start:D9}-{Guid.NewGuid():N}.parquet");
        await using (var duck = new DuckDBConnection("DataSource=:memory:"))
        {
            await duck.OpenAsync();
            await using var command = duck.CreateCommand();
            command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
                copy (select b::ubigint as _block_num, b::bigint * {RowsPerBlock} + i as n from range({start}, {end + 1}) x(b), range({RowsPerBlock}) y(i) order by 1, 2)
                to '{Path.Combine(Root, path, name)}' (format parquet)
                """);
            await command.ExecuteNonQueryAsync();
        }

        var stored = _store is null ? null : await SendAsync(_store, $"{path}/{name}");
        var id = await Rows.AddSegmentAsync(
            revision, name, start, end, HashOf(end, fork), start == 0 ? Hash32.Zero : HashOf(start - 1, parentFork), (long)(end - start + 1) * RowsPerBlock, size: stored?.Size ?? 1, etag: stored?.ETag);
        if (notify)
            await Rows.RunAsync("select pg_notify('amp_segments', 'test/small')");
        return id;
    }

    private async Task<StoredFile> SendAsync(IObjectStore store, string path)
    {
        using var upload = store.OpenWrite(path);
        File.Move(Path.Combine(Root, path), upload.LocalPath);
        return await upload.PublishAsync(default);
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Root, recursive: true);
    }
}
