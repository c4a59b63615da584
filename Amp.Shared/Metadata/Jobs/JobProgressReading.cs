using Amp.Shared.Chain;
using Amp.Shared.Lake;
using Npgsql;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>A registered segment, as progress is computed from it.</summary>
public sealed record ProgressSegment(
    long Id, ulong Start, ulong End, Hash32 Hash, Hash32 PrevHash, DateTimeOffset CreatedAt, string Table, long ObjectSize)
    : SegmentInfo(Id, Start, End, Hash, PrevHash, CreatedAt);

/// <summary>A unit of work of a job.</summary>
/// <param name="End">Null for the head range, which grows with the chain.</param>
public sealed record ProgressRange(ulong Start, ulong? End, bool IsHead, ulong NextBlock, string? NodeId, long Epoch, string State);

/// <summary>Blocks of a table that were extracted since the deploy and within <see cref="JobProgress.Window"/>.</summary>
public sealed record RecentBlocks(string Table, BlockRange Blocks);

/// <summary>What progress is computed from.</summary>
/// <param name="SinceDeploy">Time since the deploy, by the database's clock.</param>
/// <param name="Tables">Tables that have a revision, also those without a segment.</param>
/// <param name="Ranges">Open ranges, and those done last; at most <see cref="JobProgressReading.MaxRanges"/>.</param>
public sealed record JobProgressFacts(
    TimeSpan SinceDeploy, IReadOnlyList<string> Tables, IReadOnlyList<ProgressSegment> Segments, IReadOnlyList<RecentBlocks> Recent, IReadOnlyList<ProgressRange> Ranges);

/// <summary>Reads the facts of a job's progress in one snapshot. Nothing is stored about progress: the registered segments are it.</summary>
public static class JobProgressReading
{
    public const int MaxRanges = 1000;

    public static async Task<JobProgressFacts> ReadAsync(NpgsqlDataSource database, Job job, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var age = await ReadAsync(
            connection, job, "select now() - deployed_at from jobs where id = @id", r => r.GetTimeSpan(0), cancellationToken);
        var tables = await ReadAsync(
            connection, job,
            "select table_name from revisions where namespace = @namespace and name = @name and manifest_hash = @hash and active order by table_name",
            r => r.GetString(0), cancellationToken);
        var segments = await ReadAsync(
            connection, job,
            """
            select s.id, s.start_block, s.end_block, s.hash, s.prev_hash, s.created_at, r.table_name, s.object_size
            from segments s join revisions r on r.id = s.revision_id
            where r.namespace = @namespace and r.name = @name and r.manifest_hash = @hash and r.active and s.retired_at is null
            """,
            r => new ProgressSegment(
                r.GetInt64(0), (ulong)r.GetInt64(1), (ulong)r.GetInt64(2), new Hash32(r.GetFieldValue<byte[]>(3)), new Hash32(r.GetFieldValue<byte[]>(4)),
                r.GetFieldValue<DateTimeOffset>(5), r.GetString(6), r.GetInt64(7)),
            cancellationToken);

        // As they were extracted: a merge is as new as its newest block, and its parents are kept for a while.
        var recent = await ReadAsync(
            connection, job,
            $"""
            select r.table_name, s.start_block, s.end_block
            from segments s join revisions r on r.id = s.revision_id
            where r.namespace = @namespace and r.name = @name and r.manifest_hash = @hash and r.active and s.generation = 0
              and s.created_at > greatest(now() - interval '{JobProgress.Window.TotalSeconds:0} seconds', (select deployed_at from jobs where id = @id))
            """,
            r => new RecentBlocks(r.GetString(0), new BlockRange((ulong)r.GetInt64(1), (ulong)r.GetInt64(2))),
            cancellationToken);
        var ranges = await ReadAsync(
            connection, job,
            $"""
            select * from (
                select start_block, end_block, is_head, next_block, node_id, epoch, state from block_ranges where job_id = @id
                order by state = 'DONE', updated_at desc limit {MaxRanges}
            ) newest order by start_block
            """,
            r => new ProgressRange(
                (ulong)r.GetInt64(0), r.IsDBNull(1) ? null : (ulong)r.GetInt64(1), r.GetBoolean(2), (ulong)r.GetInt64(3),
                r.IsDBNull(4) ? null : r.GetString(4), r.GetInt64(5), r.GetString(6)),
            cancellationToken);
        return new JobProgressFacts(age is [var since] ? since : TimeSpan.Zero, tables, segments, recent, ranges);
    }

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        NpgsqlConnection connection, Job job, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("id", job.Id);
        command.Parameters.AddWithValue("namespace", job.Namespace);
        command.Parameters.AddWithValue("name", job.Name);
        command.Parameters.AddWithValue("hash", job.ManifestHash);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }
}
