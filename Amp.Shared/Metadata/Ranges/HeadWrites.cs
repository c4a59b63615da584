using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>Where the head range of a continuous job borders on the others.</summary>
public static class HeadWrites
{
    /// <summary>
    /// Moves the start of a head down, for blocks below it that a reorganisation replaced; never into a range that is open, whose
    /// blocks are read anyway. Returns where the head starts then.
    /// </summary>
    /// <exception cref="Faults.AmpException">LEASE_LOST.</exception>
    public static async Task<ulong> LowerAsync(NpgsqlDataSource database, RangeLease head, ulong from, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // The job's row first, as a deploy takes it; held, it keeps others from adding ranges meanwhile.
        await using (var job = new NpgsqlCommand("select 1 from jobs where id = @job for no key update", connection))
        {
            job.Parameters.AddWithValue("job", head.JobId);
            await job.ExecuteScalarAsync(cancellationToken);
        }

        await using (var range = new NpgsqlCommand($"select 1 from block_ranges where {RangeLease.Fence} for update", connection))
        {
            head.AddFence(range);
            if (await range.ExecuteScalarAsync(cancellationToken) is null)
                throw LeaseLost.Of(head);
        }

        await using var lower = new NpgsqlCommand(
            """
            with place as (
                select least(h.start_block, greatest(@from, coalesce(max(o.end_block) + 1, 0))) as block
                from block_ranges h left join block_ranges o on o.job_id = h.job_id and not o.is_head and o.state <> 'DONE'
                where h.id = @range group by h.start_block
            )
            update block_ranges set start_block = place.block, next_block = place.block, updated_at = now() from place where id = @range
            returning start_block
            """,
            connection);
        lower.Parameters.AddWithValue("range", head.RangeId);
        lower.Parameters.AddWithValue("from", (long)from);
        var start = (ulong)(long)(await lower.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return start;
    }

    /// <summary>What lies below a head.</summary>
    public static async Task<HeadSurroundings> LookAsync(NpgsqlConnection connection, long jobId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {SettleMark.Sql}, exists (select 1 from block_ranges r where r.job_id = j.id and r.state = 'WAITING' and not r.is_head),
                   exists (
                       select 1 from block_ranges h join block_ranges r on r.job_id = h.job_id and r.end_block = h.start_block - 1 and r.state <> 'DONE'
                       where h.job_id = j.id and h.is_head and h.state <> 'DONE')
            from jobs j where j.id = @job
            """,
            connection);
        command.Parameters.AddWithValue("job", jobId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new HeadSurroundings(reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2))
            : new HeadSurroundings("", RangesWait: false, NeighbourIsOpen: false);
    }

    /// <summary>Writes down the node's newest block.</summary>
    public static async Task NoteTipAsync(NpgsqlDataSource database, long jobId, ulong tip, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await NoteTipAsync(connection, jobId, tip, cancellationToken);
    }

    internal static async Task NoteTipAsync(NpgsqlConnection connection, long jobId, ulong tip, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("update jobs set tip_block = @tip where id = @job and tip_block is distinct from @tip and status <> all(@terminal)", connection);

        // Of an ended job the row is left alone: a deploy holds it while it waits for the range that is held here.
        command.Parameters.AddWithValue("terminal", JobTransitions.Terminal.Select(s => s.ToWord()).ToArray());
        command.Parameters.AddWithValue("job", jobId);
        command.Parameters.AddWithValue("tip", (long)tip);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
