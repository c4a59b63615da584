using Amp.Shared.Datasets;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Datasets;

/// <summary>A stored manifest without its content.</summary>
public sealed record StoredManifest(string Hash, string Kind, long DatasetCount);

/// <summary>A dataset that links to a manifest, under one of the tags that name it there; under the hash, which is a revision too, where none does.</summary>
public sealed record ManifestLink(string Namespace, string Name, string Revision);

/// <summary>Manifests under the hash of their canonical bytes.</summary>
public static class ManifestStore
{
    /// <summary>Stores a manifest; the same again changes nothing.</summary>
    public static async Task PutAsync(NpgsqlConnection connection, ManifestHash hash, string kind, byte[] content, CancellationToken cancellationToken)
    {
        // The no-op update locks the row until the caller has linked it: a deletion of unlinked manifests waits for that.
        await using var command = new NpgsqlCommand(
            "insert into manifests (hash, kind, content) values (@hash, @kind, @content) on conflict (hash) do update set kind = excluded.kind", connection);
        command.Parameters.AddWithValue("hash", hash.ToString());
        command.Parameters.AddWithValue("kind", kind);
        command.Parameters.AddWithValue("content", content);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The canonical bytes; null when there is no such manifest.</summary>
    public static async Task<byte[]?> FindAsync(NpgsqlDataSource database, ManifestHash hash, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select content from manifests where hash = @hash");
        command.Parameters.AddWithValue("hash", hash.ToString());
        return await command.ExecuteScalarAsync(cancellationToken) as byte[];
    }

    public static async Task<IReadOnlyList<StoredManifest>> ListAsync(
        NpgsqlDataSource database, string? afterHash, int limit, CancellationToken cancellationToken)
    {
        var found = new List<StoredManifest>();
        await using var command = database.CreateCommand(
            """
            select m.hash, m.kind, (select count(*) from dataset_manifests l where l.manifest_hash = m.hash)
            from manifests m where @after is null or m.hash > @after order by m.hash limit @limit
            """);
        command.Parameters.Add(new NpgsqlParameter("after", NpgsqlDbType.Text) { Value = (object?)afterHash ?? DBNull.Value });
        command.Parameters.AddWithValue("limit", limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new StoredManifest(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        return found;
    }

    public static async Task<IReadOnlyList<ManifestLink>> ListDatasetsAsync(
        NpgsqlDataSource database, ManifestHash hash, ManifestLink? after, int limit, CancellationToken cancellationToken)
    {
        var found = new List<ManifestLink>();
        await using var command = database.CreateCommand(
            """
            select namespace, name, revision from (
                select d.namespace collate "C" as namespace, d.name collate "C" as name, coalesce(t.tag, l.manifest_hash) collate "C" as revision
                from dataset_manifests l join datasets d on d.id = l.dataset_id
                left join dataset_tags t on t.dataset_id = d.id and t.manifest_hash = l.manifest_hash
                where l.manifest_hash = @hash
            ) links
            where @namespace is null or (namespace, name, revision) > (@namespace, @name, @revision)
            order by namespace, name, revision limit @limit
            """);
        command.Parameters.AddWithValue("hash", hash.ToString());
        command.Parameters.AddWithValue("limit", limit);
        foreach (var (name, value) in new[] { ("namespace", after?.Namespace), ("name", after?.Name), ("revision", after?.Revision) })
            command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new ManifestLink(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        return found;
    }

    /// <summary>Deletes those of the manifests that no dataset links to; null = all such. Returns how many went.</summary>
    public static async Task<int> DeleteUnlinkedAsync(NpgsqlConnection connection, IReadOnlyList<string>? hashes, CancellationToken cancellationToken)
    {
        // The row lock comes first: a registration that links the manifest at this moment holds a key lock on the row, and the
        // link is looked for again once it has been waited for.
        await using (var locking = new NpgsqlCommand(
            "select hash from manifests where @hashes is null or hash = any(@hashes) order by hash for update", connection))
        {
            locking.Parameters.Add(new NpgsqlParameter("hashes", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = (object?)hashes?.ToArray() ?? DBNull.Value });
            await locking.ExecuteNonQueryAsync(cancellationToken);
        }

        await using var command = new NpgsqlCommand(
            """
            delete from manifests m where (@hashes is null or m.hash = any(@hashes))
            and not exists (select 1 from dataset_manifests l where l.manifest_hash = m.hash)
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter("hashes", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = (object?)hashes?.ToArray() ?? DBNull.Value });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
