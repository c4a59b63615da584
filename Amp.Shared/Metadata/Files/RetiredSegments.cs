using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Files;

/// <summary>Takes segments from readers, by hand; their rows stay as long as their files do.</summary>
public static class RetiredSegments
{
    /// <summary>Joins an open transaction.</summary>
    /// <param name="connection">With the transaction.</param>
    /// <param name="locationId">Their folder.</param>
    /// <param name="ids">Null = all of the folder.</param>
    /// <param name="delay">For so long their files stay, for queries that began before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were live.</returns>
    public static async Task<int> RetireAsync(
        NpgsqlConnection connection, long locationId, IReadOnlyList<long>? ids, TimeSpan delay, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            update segments set retired_at = now(), collect_at = now() + make_interval(secs => @delay)
            where revision_id = @location and retired_at is null and (@ids is null or id = any(@ids))
            """,
            connection);
        command.Parameters.AddWithValue("location", locationId);
        command.Parameters.AddWithValue("delay", delay.TotalSeconds);
        command.Parameters.Add(new NpgsqlParameter("ids", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = (object?)ids?.ToArray() ?? DBNull.Value });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Files of retired segments of a folder, whenever they may be deleted.</summary>
    public static async Task<IReadOnlyList<(long Id, string FileName)>> OfLocationAsync(
        NpgsqlDataSource database, long locationId, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select id, file_name from segments where revision_id = @location and retired_at is not null order by id limit @limit");
        command.Parameters.AddWithValue("location", locationId);
        command.Parameters.AddWithValue("limit", limit);
        var files = new List<(long, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            files.Add((reader.GetInt64(0), reader.GetString(1)));
        return files;
    }

    /// <summary>Their files are deleted: the rows go too.</summary>
    public static async Task ForgetAsync(NpgsqlDataSource database, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("delete from segments where id = any(@ids) and retired_at is not null");
        command.Parameters.AddWithValue("ids", ids.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
