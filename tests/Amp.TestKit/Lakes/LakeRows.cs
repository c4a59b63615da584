using Amp.Shared.Chain;
using Amp.Shared.Datasets;
using Npgsql;

namespace Amp.TestKit.Lakes;

/// <summary>Rows of the metadata database as registration leaves them, for tests of those who read them.</summary>
public sealed class LakeRows(NpgsqlDataSource database)
{
    /// <summary>A dataset whose manifest is linked and tagged; gives the manifest's hash.</summary>
    public async Task<string> AddDatasetAsync(string ns, string name, Manifest manifest, params string[] tags)
    {
        var content = manifest.ToCanonicalBytes();
        var hash = ManifestHash.Of(content).ToString();
        await RunAsync(
            "insert into manifests (hash, kind, content) values ($1, $2, $3) on conflict do nothing", hash, manifest.Kind, content);
        await RunAsync("insert into datasets (namespace, name) values ($1, $2) on conflict do nothing", ns, name);
        await RunAsync(
            "insert into dataset_manifests (dataset_id, manifest_hash) select id, $3 from datasets where namespace = $1 and name = $2 on conflict do nothing",
            ns, name, hash);
        foreach (var tag in tags)
        {
            await RunAsync(
                """
                insert into dataset_tags (dataset_id, tag, manifest_hash) select id, $3, $4 from datasets where namespace = $1 and name = $2
                on conflict (dataset_id, tag) do update set manifest_hash = excluded.manifest_hash
                """,
                ns, name, tag, hash);
        }

        return hash;
    }

    /// <summary>An active revision of a table; gives its id.</summary>
    public async Task<long> AddRevisionAsync(string ns, string name, string hash, string table, string path) => (long)(await RunAsync(
        "insert into revisions (namespace, name, manifest_hash, table_name, path, active) values ($1, $2, $3, $4, $5, true) returning id",
        ns, name, hash, table, path))!;

    /// <summary>A registered segment; gives its id.</summary>
    /// <param name="ours">Whether a worker wrote it, as against a restored one.</param>
    public async Task<long> AddSegmentAsync(
        long revision, string fileName, ulong start, ulong end, Hash32 hash, Hash32 prevHash, long rows, string network = "mainnet", long size = 1, bool ours = true,
        string? etag = null) =>
        (long)(await RunAsync(
            """
            insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash, range_id, object_etag, row_count)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id
            """,
            revision, fileName, size, network, (long)start, (long)end, hash.ToArray(), prevHash.ToArray(), ours ? 1L : DBNull.Value, (object?)etag ?? DBNull.Value, rows))!;

    public async Task<object?> RunAsync(string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteScalarAsync();
    }
}
