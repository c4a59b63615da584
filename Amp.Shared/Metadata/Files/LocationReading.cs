using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Files;

/// <summary>Where a table's files lie, and which job writes there.</summary>
/// <param name="Path">Relative to the store's root.</param>
/// <param name="WriterJobId">The active job that writes there; null when none does.</param>
public sealed record Location(
    long Id, string Namespace, string Name, string ManifestHash, string Table, string Path, bool Active, long? WriterJobId);

/// <summary>Reads the revisions of tables as storage locations.</summary>
public static class LocationReading
{
    private const string Select = """
        select r.id, r.namespace, r.name, r.manifest_hash, r.table_name, r.path, r.active, j.id
        from revisions r
        left join jobs j on j.id = r.writer_job_id and j.status not in ('COMPLETED', 'FATAL', 'STOPPED')
        """;

    /// <param name="database">The metadata database.</param>
    /// <param name="active">Only those that queries read, or only the others; null = all.</param>
    /// <param name="afterId">Only those after this one; null from the first.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public static async Task<IReadOnlyList<Location>> ListAsync(
        NpgsqlDataSource database, bool? active, long? afterId, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            Select + " where (@after is null or r.id > @after) and (@active is null or r.active = @active) order by r.id limit @limit");
        command.Parameters.Add(new NpgsqlParameter("after", NpgsqlDbType.Bigint) { Value = (object?)afterId ?? DBNull.Value });
        command.Parameters.Add(new NpgsqlParameter("active", NpgsqlDbType.Boolean) { Value = (object?)active ?? DBNull.Value });
        command.Parameters.AddWithValue("limit", limit);
        return await ReadAsync(command, cancellationToken);
    }

    /// <summary>Null when there is none.</summary>
    public static async Task<Location?> FindAsync(NpgsqlDataSource database, long id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Select + " where r.id = @id");
        command.Parameters.AddWithValue("id", id);
        return await ReadAsync(command, cancellationToken) is [var found] ? found : null;
    }

    /// <summary>What is registered under a path; null when nothing is.</summary>
    public static async Task<Location?> FindAsync(NpgsqlDataSource database, string path, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Select + " where r.path = @path");
        command.Parameters.AddWithValue("path", path);
        return await ReadAsync(command, cancellationToken) is [var found] ? found : null;
    }

    /// <summary>Where queries read a table of a dataset version; null when nowhere.</summary>
    public static async Task<Location?> FindActiveAsync(
        NpgsqlDataSource database, string ns, string name, string manifestHash, string table, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            Select + " where r.namespace = @ns and r.name = @name and r.manifest_hash = @hash and r.table_name = @table and r.active");
        command.Parameters.AddWithValue("ns", ns);
        command.Parameters.AddWithValue("name", name);
        command.Parameters.AddWithValue("hash", manifestHash);
        command.Parameters.AddWithValue("table", table);
        return await ReadAsync(command, cancellationToken) is [var found] ? found : null;
    }

    /// <summary>Of some files of a folder those that a row names: registered, retired, or announced by a worker.</summary>
    public static async Task<IReadOnlySet<string>> FileNamesAsync(
        NpgsqlDataSource database, long id, string[] names, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select file_name from segments where revision_id = @id and file_name = any(@names)
            union all select file_name from announced_uploads where revision_id = @id and file_name = any(@names)
            """);
        command.Parameters.AddWithValue("id", id);
        command.Parameters.AddWithValue("names", names);
        var known = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            known.Add(reader.GetString(0));
        return known;
    }

    private static async Task<IReadOnlyList<Location>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var locations = new List<Location>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            locations.Add(new Location(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                reader.GetBoolean(6), reader.IsDBNull(7) ? null : reader.GetInt64(7)));
        }

        return locations;
    }
}
