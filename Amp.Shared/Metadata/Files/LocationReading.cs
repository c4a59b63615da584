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
    public static async Task<IReadOnlyList<Location>> ListAsync(NpgsqlDataSource database, long? afterId, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            """
            select r.id, r.namespace, r.name, r.manifest_hash, r.table_name, r.path, r.active, j.id
            from revisions r
            left join jobs j on j.id = r.writer_job_id and j.status not in ('COMPLETED', 'FATAL', 'STOPPED')
            where @after is null or r.id > @after order by r.id limit @limit
            """);
        command.Parameters.Add(new NpgsqlParameter("after", NpgsqlDbType.Bigint) { Value = (object?)afterId ?? DBNull.Value });
        command.Parameters.AddWithValue("limit", limit);
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
