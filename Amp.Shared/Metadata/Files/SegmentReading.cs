using Amp.Shared.Chain;
using Npgsql;

namespace Amp.Shared.Metadata.Files;

/// <summary>Reads registered segments.</summary>
public static class SegmentReading
{
    /// <summary>The segments of a revision that no compaction replaced, as of one moment.</summary>
    public static Task<IReadOnlyList<SegmentRow>> OfRevisionAsync(NpgsqlConnection connection, long revisionId, CancellationToken cancellationToken) =>
        OfRevisionAsync(connection, revisionId, lowestEnd: 0, cancellationToken);

    /// <summary>As above, without the segments that end below a block.</summary>
    public static async Task<IReadOnlyList<SegmentRow>> OfRevisionAsync(
        NpgsqlConnection connection, long revisionId, ulong lowestEnd, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select s.id, s.revision_id, r.path, s.file_name, s.object_size, s.network, s.start_block, s.end_block, s.hash, s.prev_hash,
                   s.end_timestamp, s.row_count, s.generation, s.created_at, s.object_etag, s.merged_at,
                   s.range_id is null and s.merged_at is null
            from segments s join revisions r on r.id = s.revision_id
            where s.revision_id = @revision and s.end_block >= @lowest_end and s.retired_at is null
            """,
            connection);
        command.Parameters.AddWithValue("revision", revisionId);
        command.Parameters.AddWithValue("lowest_end", (long)lowestEnd);
        var rows = new List<SegmentRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(Read(reader));
        return rows;
    }

    private static SegmentRow Read(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetInt64(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetInt64(4),
        reader.GetString(5),
        (ulong)reader.GetInt64(6),
        (ulong)reader.GetInt64(7),
        new Hash32(reader.GetFieldValue<byte[]>(8)),
        new Hash32(reader.GetFieldValue<byte[]>(9)),
        reader.IsDBNull(10) ? null : (ulong)reader.GetInt64(10),
        reader.GetInt64(11),
        reader.GetInt64(12),
        reader.GetFieldValue<DateTimeOffset>(13),
        reader.IsDBNull(14) ? null : reader.GetString(14),
        reader.IsDBNull(15) ? null : reader.GetFieldValue<DateTimeOffset>(15),
        reader.GetBoolean(16));
}
