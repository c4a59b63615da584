using Npgsql;

namespace Amp.Shared.Metadata.Files;

/// <summary>Segments that no reader sees any more, and whose files nobody may be reading any more.</summary>
public static class RetiredSegments
{
    private const int Batch = 100;

    /// <summary>Some of those that may be collected now.</summary>
    public static async Task<IReadOnlyList<RetiredSegment>> FindAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            select s.id, r.path, s.file_name from segments s join revisions r on r.id = s.revision_id
            where s.retired_at is not null and s.collect_at <= now()
            order by s.collect_at limit {Batch}
            """);
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
