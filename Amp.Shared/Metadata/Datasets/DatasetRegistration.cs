using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Npgsql;

namespace Amp.Shared.Metadata.Datasets;

/// <summary>Stores a manifest, links it to a dataset, moves <c>dev</c> and sets a version: all of it or nothing.</summary>
public static class DatasetRegistration
{
    /// <param name="database">The metadata database.</param>
    /// <param name="ns">Namespace, checked.</param>
    /// <param name="name">Dataset name, checked.</param>
    /// <param name="version">The version that will name the manifest; null for <c>dev</c> alone.</param>
    /// <param name="manifest">The manifest, validated.</param>
    /// <param name="force">Let the version name another manifest than before.</param>
    /// <param name="cancellationToken">Ends the transaction without a trace.</param>
    /// <returns>The manifest's hash.</returns>
    public static async Task<ManifestHash> RegisterAsync(
        NpgsqlDataSource database, string ns, string name, DatasetVersion? version, Manifest manifest, bool force, CancellationToken cancellationToken)
    {
        var content = manifest.ToCanonicalBytes();
        var hash = ManifestHash.Of(content);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var id = await LinkAsync(connection, ns, name, hash, manifest.Kind, content, cancellationToken);
        await SetTagAsync(connection, id, DatasetRecord.DevTag, hash, cancellationToken);
        if (version is not null)
        {
            var named = await ExecuteAsync(
                connection, "select manifest_hash from dataset_tags where dataset_id = @id and tag = @tag", cancellationToken, ("id", id), ("tag", version.Text)) as string;
            if (named is not null && !string.Equals(named, hash.ToString(), StringComparison.Ordinal) && !force)
            {
                throw new AmpException(
                    ErrorCode.VersionConflict,
                    $"version {version} of '{ns}/{name}' names manifest {named} already, not {hash}; register a new version, or add ?force=true to move this one");
            }

            await SetTagAsync(connection, id, version.Text, hash, cancellationToken);
        }

        await NotifyAsync(connection, ns, name, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return hash;
    }

    /// <summary>Links a manifest that the lake kept, under the tags that named it; a tag that is there stays as it is, <c>dev</c> too.</summary>
    public static async Task RestoreAsync(
        NpgsqlDataSource database, string ns, string name, Manifest manifest, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var content = manifest.ToCanonicalBytes();
        var hash = ManifestHash.Of(content);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var id = await LinkAsync(connection, ns, name, hash, manifest.Kind, content, cancellationToken);
        foreach (var tag in tags)
        {
            await ExecuteAsync(
                connection, "insert into dataset_tags (dataset_id, tag, manifest_hash) values (@id, @tag, @hash) on conflict do nothing",
                cancellationToken, ("id", id), ("tag", tag), ("hash", hash.ToString()));
        }

        await NotifyAsync(connection, ns, name, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<long> LinkAsync(
        NpgsqlConnection connection, string ns, string name, ManifestHash hash, string kind, byte[] content, CancellationToken cancellationToken)
    {
        // The no-op update locks the row: registrations of one dataset are made one after the other. The dataset is locked before
        // the manifest, as by those who remove it.
        var id = (long)(await ExecuteAsync(
            connection,
            "insert into datasets (namespace, name) values (@a, @b) on conflict (namespace, name) do update set name = excluded.name returning id",
            cancellationToken, ("a", ns), ("b", name)))!;
        await ManifestStore.PutAsync(connection, hash, kind, content, cancellationToken);
        await ExecuteAsync(
            connection,
            "insert into dataset_manifests (dataset_id, manifest_hash) values (@id, @hash) on conflict do nothing",
            cancellationToken, ("id", id), ("hash", hash.ToString()));
        return id;
    }

    private static Task NotifyAsync(NpgsqlConnection connection, string ns, string name, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, "select pg_notify(@channel, @payload)", cancellationToken, ("channel", NotifyChannels.Datasets), ("payload", $"{ns}/{name}"));

    private static Task<object?> SetTagAsync(NpgsqlConnection connection, long datasetId, string tag, ManifestHash hash, CancellationToken cancellationToken) =>
        ExecuteAsync(
            connection,
            """
            insert into dataset_tags (dataset_id, tag, manifest_hash) values (@id, @tag, @hash)
            on conflict (dataset_id, tag) do update set manifest_hash = excluded.manifest_hash, updated_at = now()
            where dataset_tags.manifest_hash <> excluded.manifest_hash
            """,
            cancellationToken, ("id", datasetId), ("tag", tag), ("hash", hash.ToString()));

    private static async Task<object?> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params (string Name, object Value)[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
