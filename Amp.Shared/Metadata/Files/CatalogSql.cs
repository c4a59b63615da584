using Amp.Shared.Chain;
using Npgsql;

namespace Amp.Shared.Metadata.Files;

/// <summary>What queries read of the metadata: which manifest a name means, which revisions are active, which segments live.</summary>
public static class CatalogSql
{
    /// <summary>
    /// Tags and linked manifests of a dataset (a linked manifest without a tag has the tag null), and the database's time of the reading;
    /// null when the dataset is unknown.
    /// </summary>
    public static async Task<(IReadOnlyList<(string? Tag, string ManifestHash)> Tags, DateTimeOffset ReadAt)?> ReadTagsAsync(
        NpgsqlDataSource database, string ns, string name, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select t.tag, m.manifest_hash, now()
            from datasets d
            left join dataset_manifests m on m.dataset_id = d.id
            left join dataset_tags t on t.dataset_id = m.dataset_id and t.manifest_hash = m.manifest_hash
            where d.namespace = $1 and d.name = $2
            """);
        command.Parameters.Add(new() { Value = ns });
        command.Parameters.Add(new() { Value = name });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var tags = new List<(string?, string)>();
        DateTimeOffset? readAt = null;
        while (await reader.ReadAsync(ct))
        {
            readAt = reader.GetFieldValue<DateTimeOffset>(2);
            if (!await reader.IsDBNullAsync(1, ct))
                tags.Add((await reader.IsDBNullAsync(0, ct) ? null : reader.GetString(0), reader.GetString(1)));
        }

        return readAt is { } time ? (tags, time) : null;
    }

    /// <summary>The canonical bytes of a manifest; null when it is unknown.</summary>
    public static async Task<byte[]?> ReadManifestAsync(NpgsqlDataSource database, string hash, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select content from manifests where hash = $1");
        command.Parameters.Add(new() { Value = hash });
        return (byte[]?)await command.ExecuteScalarAsync(ct);
    }

    /// <summary>The canonical bytes of several manifests by their hashes; those that are unknown are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, byte[]>> ReadManifestsAsync(NpgsqlDataSource database, string[] hashes, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select hash, content from manifests where hash = any($1)");
        command.Parameters.Add(new() { Value = hashes });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var manifests = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (await reader.ReadAsync(ct))
            manifests[reader.GetString(0)] = reader.GetFieldValue<byte[]>(1);
        return manifests;
    }

    /// <summary>The active revisions of a dataset's manifest with the marks of their segments.</summary>
    public static async Task<IReadOnlyList<CatalogRevision>> ReadRevisionsAsync(
        NpgsqlDataSource database, string ns, string name, string manifestHash, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select r.id, r.table_name, r.path, s.number, s.id_sum
            from revisions r
            cross join lateral (
                select count(*) as number, coalesce(sum(id), 0) as id_sum from segments where revision_id = r.id and retired_at is null) s
            where r.namespace = $1 and r.name = $2 and r.manifest_hash = $3 and r.active
            """);
        command.Parameters.Add(new() { Value = ns });
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = manifestHash });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var revisions = new List<CatalogRevision>();
        while (await reader.ReadAsync(ct))
            revisions.Add(new(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3), reader.GetDecimal(4)));
        return revisions;
    }

    /// <summary>Live segments of the revisions with ids above <paramref name="afterId"/>, all as of one moment.</summary>
    public static async Task<IReadOnlyList<CatalogSegment>> ReadSegmentsAsync(
        NpgsqlDataSource database, long[] revisionIds, long afterId, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select id, revision_id, file_name, object_size, object_etag, network, start_block, end_block, hash, prev_hash, created_at,
                range_id is not null or merged_at is not null or is_of_version, row_count
            from segments
            where revision_id = any($1) and id > $2 and retired_at is null
            """);
        command.Parameters.Add(new() { Value = revisionIds });
        command.Parameters.Add(new() { Value = afterId });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var segments = new List<CatalogSegment>();
        while (await reader.ReadAsync(ct))
        {
            segments.Add(new CatalogSegment(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetInt64(3), await reader.IsDBNullAsync(4, ct) ? null : reader.GetString(4),
                string.Intern(reader.GetString(5)), checked((ulong)reader.GetInt64(6)), checked((ulong)reader.GetInt64(7)),
                new Hash32(reader.GetFieldValue<byte[]>(8)), new Hash32(reader.GetFieldValue<byte[]>(9)),
                reader.GetFieldValue<DateTimeOffset>(10), reader.GetBoolean(11))
            {
                Rows = reader.GetInt64(12),
            });
        }

        return segments;
    }
}
