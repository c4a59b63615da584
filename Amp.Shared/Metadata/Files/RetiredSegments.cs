using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Files;

/// <summary>Segments that no reader sees any more, and whose files nobody may be reading any more.</summary>
public static class RetiredSegments
{
    private const int Batch = 100;

    /// <summary>Takes segments from readers, by hand; their rows stay as long as their files do. Joins an open transaction.</summary>
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
            where id in (
                select id from segments where revision_id = @location and retired_at is null and (@ids is null or id = any(@ids)) order by id for update)
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

    /// <summary>Those of some segments that readers still see.</summary>
    public static async Task<IReadOnlySet<long>> StillLiveAsync(NpgsqlDataSource database, long[] ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select id from segments where id = any(@ids) and retired_at is null");
        command.Parameters.AddWithValue("ids", ids);
        var live = new HashSet<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            live.Add(reader.GetInt64(0));
        return live;
    }

    /// <summary>Some of those that may be collected now, but for some.</summary>
    public static async Task<IReadOnlyList<RetiredSegment>> FindAsync(NpgsqlDataSource database, long[] passOver, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select s.id, r.path, s.file_name from segments s join revisions r on r.id = s.revision_id
            where s.retired_at is not null and s.collect_at <= now() and s.id <> all(@pass_over)
            order by s.collect_at limit {Batch}
            """);
        command.Parameters.AddWithValue("pass_over", passOver);
        var found = new List<RetiredSegment>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new RetiredSegment(reader.GetInt64(0), $"{reader.GetString(1).TrimEnd('/')}/{reader.GetString(2)}"));
        return found;
    }

    /// <summary>The file is deleted: its row goes too.</summary>
    public static async Task ForgetAsync(NpgsqlDataSource database, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("delete from segments where id = any(@ids) and retired_at is not null");
        command.Parameters.AddWithValue("ids", ids.ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>A segment to collect.</summary>
/// <param name="Path">Of its file, relative to the store's root.</param>
public sealed record RetiredSegment(long Id, string Path);
