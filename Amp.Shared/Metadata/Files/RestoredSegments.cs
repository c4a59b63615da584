using Amp.Shared.Lake;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Files;

/// <summary>Registers files that lie in the store and that no row names.</summary>
public static class RestoredSegments
{
    private const int Batch = 1_000;

    /// <summary>
    /// Joins an open transaction. What is registered already stays as it is, what was retired stays retired, and what a worker has announced is that worker's.
    /// </summary>
    /// <returns>Those that were registered.</returns>
    public static async Task<IReadOnlyList<SegmentFile>> RegisterAsync(
        NpgsqlConnection connection, long locationId, IReadOnlyList<SegmentFile> files, CancellationToken cancellationToken)
    {
        var registered = new HashSet<string>(StringComparer.Ordinal);
        foreach (var batch in files.Chunk(Batch))
            registered.UnionWith(await RegisterBatchAsync(connection, locationId, batch, cancellationToken));
        return [.. files.Where(f => registered.Contains(f.Name))];
    }

    /// <summary>Takes registrations back. Joins the transaction that made them.</summary>
    public static async Task ForgetAsync(NpgsqlConnection connection, long locationId, IEnumerable<SegmentFile> files, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("delete from segments where revision_id = @location and file_name = any(@names)", connection);
        command.Parameters.AddWithValue("location", locationId);
        command.Parameters.AddWithValue("names", files.Select(f => f.Name).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<string>> RegisterBatchAsync(NpgsqlConnection connection, long locationId, SegmentFile[] files, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into segments (revision_id, file_name, object_size, object_etag, network, start_block, end_block, hash, prev_hash, end_timestamp, row_count,
                generation, created_at, is_of_version)
            select r.id, f.name, f.size, f.etag, f.network, f.start_block, f.end_block, f.hash, f.prev_hash, f.end_timestamp, f.row_count, f.generation,
                least(f.created_at, now()), f.version is not distinct from r.manifest_hash
            from unnest(@names, @sizes, @etags, @networks, @starts, @ends, @hashes, @prev_hashes, @timestamps, @rows, @generations, @created, @versions)
                as f(name, size, etag, network, start_block, end_block, hash, prev_hash, end_timestamp, row_count, generation, created_at, version)
            join revisions r on r.id = @location
            where not exists (select 1 from announced_uploads a where a.revision_id = @location and a.file_name = f.name)
            on conflict (revision_id, file_name) do nothing
            returning file_name
            """,
            connection);
        command.Parameters.AddWithValue("location", locationId);
        command.Parameters.AddWithValue("names", files.Select(f => f.Name).ToArray());
        command.Parameters.AddWithValue("sizes", files.Select(f => f.Stored.Size).ToArray());
        command.Parameters.Add(new NpgsqlParameter("etags", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = files.Select(f => f.Stored.ETag).ToArray() });
        command.Parameters.AddWithValue("networks", files.Select(f => f.Blocks.Network).ToArray());
        command.Parameters.AddWithValue("starts", files.Select(f => (long)f.Blocks.Start).ToArray());
        command.Parameters.AddWithValue("ends", files.Select(f => (long)f.Blocks.End).ToArray());
        command.Parameters.AddWithValue("hashes", files.Select(f => f.Blocks.Hash.ToArray()).ToArray());
        command.Parameters.AddWithValue("prev_hashes", files.Select(f => f.Blocks.PrevHash.ToArray()).ToArray());
        command.Parameters.Add(new NpgsqlParameter("timestamps", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = files.Select(f => (long?)f.Blocks.Timestamp).ToArray() });
        command.Parameters.AddWithValue("rows", files.Select(f => f.RowCount).ToArray());
        command.Parameters.AddWithValue("generations", files.Select(f => f.Footer.Generation).ToArray());
        command.Parameters.AddWithValue("created", files.Select(f => f.Footer.CreatedAt).ToArray());
        command.Parameters.Add(new NpgsqlParameter("versions", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = files.Select(f => f.Footer.ManifestHash).ToArray() });
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }
}
