using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Datasets;

/// <summary>Finds datasets, their versions and their manifests.</summary>
public static class DatasetReading
{
    // One statement, so that a dataset and its tags come from one snapshot.
    private static string SelectSql(string datasets) => $"""
        select d.namespace, d.name, t.tag, t.manifest_hash, t.created_at, t.updated_at
        from ({datasets}) d left join dataset_tags t on t.dataset_id = d.id
        order by d.namespace collate "C", d.name collate "C", t.tag collate "C"
        """;

    /// <summary>Datasets in the order of their names.</summary>
    /// <param name="database">The metadata database.</param>
    /// <param name="after">Only those after this one; null from the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyList<DatasetRecord>> ListAsync(
        NpgsqlDataSource database, (string Namespace, string Name)? after, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(SelectSql("""
            select id, namespace, name from datasets
            where @after_namespace is null or (namespace collate "C", name collate "C") > (@after_namespace collate "C", @after_name collate "C")
            order by namespace collate "C", name collate "C" limit @limit
            """));
        command.Parameters.Add(new NpgsqlParameter("after_namespace", NpgsqlDbType.Text) { Value = (object?)after?.Namespace ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("after_name", NpgsqlDbType.Text) { Value = (object?)after?.Name ?? DBNull.Value });
        command.Parameters.AddWithValue("limit", limit);
        return await ReadAsync(command, cancellationToken);
    }

    public static async Task<DatasetRecord?> FindAsync(NpgsqlDataSource database, string ns, string name, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            SelectSql("select id, namespace, name from datasets where namespace = @namespace and name = @name"));
        command.Parameters.AddWithValue("namespace", ns);
        command.Parameters.AddWithValue("name", name);
        return await ReadAsync(command, cancellationToken) is [var dataset, ..] ? dataset : null;
    }

    /// <summary>All names of versions of which this system has written segments.</summary>
    public static async Task<IReadOnlyList<ExtractedName>> ExtractedNamesAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("""
            select d.namespace, d.name, t.manifest_hash, t.tag, t.updated_at
            from datasets d
            join dataset_tags t on t.dataset_id = d.id
            where exists (
                select 1 from revisions r join segments s on s.revision_id = r.id
                where r.namespace = d.namespace and r.name = d.name and r.manifest_hash = t.manifest_hash
                    and (s.range_id is not null or s.merged_at is not null or s.is_of_version))
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<ExtractedName>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4)));
        return names;
    }

    /// <summary>The manifest that a revision names; a fault with DATASET_NOT_FOUND says what is missing.</summary>
    public static async Task<ResolvedDataset> ResolveAsync(NpgsqlDataSource database, DatasetReference reference, CancellationToken cancellationToken)
    {
        var dataset = await FindAsync(database, reference.Namespace, reference.Name, cancellationToken)
            ?? throw new AmpException(ErrorCode.DatasetNotFound, $"dataset '{reference.Namespace}/{reference.Name}' is not registered");
        var hash = reference.Revision switch
        {
            DatasetRevision.LatestRevision => dataset.Latest?.ManifestHash
                ?? throw new AmpException(ErrorCode.DatasetNotFound, $"dataset '{dataset.FullName}' has no version, so 'latest' names nothing; use 'dev'"),
            DatasetRevision.DevRevision => dataset.Dev?.ManifestHash,
            DatasetRevision.VersionRevision v => dataset.Versions.FirstOrDefault(t => t.Version!.Equals(v.Version))?.ManifestHash,
            DatasetRevision.HashRevision h => h.Hash.ToString(),
            _ => null,
        };
        return (hash is null ? null : await ResolveHashAsync(database, reference, hash, cancellationToken))
            ?? throw new AmpException(ErrorCode.DatasetNotFound, $"dataset '{dataset.FullName}' has no revision '{reference.Revision}'");
    }

    private static async Task<ResolvedDataset?> ResolveHashAsync(
        NpgsqlDataSource database, DatasetReference reference, string hash, CancellationToken cancellationToken)
    {
        // A hash counts only when it is linked to this dataset.
        await using var command = database.CreateCommand(
            """
            select m.kind, m.content from manifests m
            join dataset_manifests l on l.manifest_hash = m.hash
            join datasets d on d.id = l.dataset_id
            where m.hash = @hash and d.namespace = @namespace and d.name = @name
            """);
        command.Parameters.AddWithValue("hash", hash);
        command.Parameters.AddWithValue("namespace", reference.Namespace);
        command.Parameters.AddWithValue("name", reference.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new ResolvedDataset(reference.Namespace, reference.Name, reference.Revision, hash, reader.GetString(0), reader.GetFieldValue<byte[]>(1))
            : null;
    }

    private static async Task<IReadOnlyList<DatasetRecord>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var tags = new List<((string Namespace, string Name) Dataset, DatasetTag? Tag)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var tag = reader.IsDBNull(2)
                ? null
                : new DatasetTag(reader.GetString(2), reader.GetString(3), reader.GetFieldValue<DateTimeOffset>(4), reader.GetFieldValue<DateTimeOffset>(5));
            tags.Add(((reader.GetString(0), reader.GetString(1)), tag));
        }

        return [.. tags.GroupBy(t => t.Dataset).Select(g => new DatasetRecord(g.Key.Namespace, g.Key.Name, [.. g.Where(t => t.Tag is not null).Select(t => t.Tag!)]))];
    }
}
