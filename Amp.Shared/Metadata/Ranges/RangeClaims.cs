using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Workers;
using Npgsql;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>Takes the next range: which job is served, how much of it, under which epoch.</summary>
public static class RangeClaims
{
    /// <summary>True of a job that this worker may work on.</summary>
    public const string Admits = """
        (j.worker_pattern is null or j.worker_pattern = @node
            or (right(j.worker_pattern, 1) = '*' and starts_with(@node, left(j.worker_pattern, -1))))
        """;

    // A job without a worker comes before any that has one, the one that waits longest first; then those that this worker
    // already works on; then the one with the fewest workers.
    private const string CandidatesSql = $"""
        select j.id, j.network, j.parallelism, coalesce(r.leased, 0), coalesce(r.blocks, 0), r.progress
        from jobs j
        join lateral (
            select count(*) filter (where state = 'LEASED')::int as leased,
                   count(*) filter (where state = 'WAITING') as waiting,
                   coalesce(sum(end_block - next_block + 1) filter (where state = 'WAITING' and not is_head), 0)::bigint as blocks,
                   bool_or(state = 'LEASED' and node_id = @node) or bool_or(state = 'WAITING' and last_node_id = @node) as mine,
                   bool_or(next_block > start_block) as progress,
                   max(claimed_at) as claimed
            from block_ranges where job_id = j.id and state <> 'DONE'
        ) r on r.waiting > 0 and r.leased < j.parallelism
        where j.status = 'RUNNING' and {Admits}
        order by r.leased > 0, case when r.leased = 0 then coalesce(r.claimed, j.planned_at) end, r.mine desc nulls last, r.leased, j.id
        limit 20
        """;

    private const string ChoiceSql = """
        select count(*) filter (where state = 'LEASED')::int, coalesce(bool_or(not is_head), false),
            min(id) filter (where state = 'WAITING' and is_head),
            min(id) filter (where state = 'WAITING' and not is_head and next_block = @neighbour),
            (array_agg(id order by start_block) filter (where state = 'WAITING' and not is_head and last_node_id = @node))[1],
            (array_agg(id order by start_block) filter (where state = 'WAITING' and not is_head))[1]
        from block_ranges where job_id = @job and state <> 'DONE'
        """;

    private const string GrantSql = $"""
        update block_ranges set state = 'LEASED', node_id = @node, incarnation = @incarnation, epoch = epoch + 1,
            lease_expires_at = now() + {LeaseTerms.ExpirySql}, claimed_at = now(), updated_at = now()
        where id = @range and state = 'WAITING'
        returning epoch, start_block, end_block, is_head, next_block
        """;

    /// <summary>A range under a fresh epoch; null when there is none for this worker now.</summary>
    public static async Task<RangeLease?> TryClaimAsync(
        NpgsqlDataSource database, WorkerIdentity worker, ClaimWish wish, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        foreach (var job in await CandidatesAsync(connection, worker, cancellationToken))
        {
            if (await TryClaimAsync(connection, worker, job, wish, cancellationToken) is { } lease)
                return lease;
        }

        return null;
    }

    private static async Task<IReadOnlyList<ClaimableJob>> CandidatesAsync(
        NpgsqlConnection connection, WorkerIdentity worker, CancellationToken cancellationToken)
    {
        var jobs = new List<ClaimableJob>();
        await using var command = new NpgsqlCommand(CandidatesSql, connection);
        command.Parameters.AddWithValue("node", worker.NodeId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            jobs.Add(new ClaimableJob(
                reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3), (ulong)reader.GetInt64(4), reader.GetBoolean(5)));
        }

        return jobs;
    }

    private static async Task<RangeLease?> TryClaimAsync(
        NpgsqlConnection connection, WorkerIdentity worker, ClaimableJob job, ClaimWish wish, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Claims of one job queue here; the statement after it sees every lease that the others took.
        await using (var queue = new NpgsqlCommand("select 1 from jobs where id = @job and status = 'RUNNING' for no key update", connection))
        {
            queue.Parameters.AddWithValue("job", job.Id);
            if (await queue.ExecuteScalarAsync(cancellationToken) is null)
                return null;
        }

        var choice = await ReadChoiceAsync(connection, worker, job.Id, wish, cancellationToken);
        if (choice.Decide(job.Parallelism, wish.Head, wish.Ordinary) is not { } range
            || await GrantAsync(connection, worker, job.Id, range, cancellationToken) is not { } lease)
            return null;
        if (!lease.IsHead)
            lease = await CutAsync(connection, lease, wish.Size(job), cancellationToken);
        await JobStates.NoteAsync(
            connection, job.Id, JobEventType.RangeClaimed, worker.NodeId,
            $$"""{"range_id":{{lease.RangeId}},"start":{{lease.NextBlock}},"end":{{lease.EndBlock?.ToString() ?? "null"}},"epoch":{{lease.Epoch}}}""",
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return lease;
    }

    private static async Task<RangeChoice> ReadChoiceAsync(
        NpgsqlConnection connection, WorkerIdentity worker, long jobId, ClaimWish wish, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ChoiceSql, connection);
        command.Parameters.AddWithValue("job", jobId);
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.AddWithValue("neighbour", wish.Neighbours.TryGetValue(jobId, out var block) ? (long)block : -1);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new RangeChoice(reader.GetInt32(0), reader.GetBoolean(1), IdAt(2), IdAt(3), IdAt(4), IdAt(5));

        long? IdAt(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
    }

    private static async Task<RangeLease?> GrantAsync(
        NpgsqlConnection connection, WorkerIdentity worker, long jobId, long rangeId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(GrantSql, connection);
        command.Parameters.AddWithValue("range", rangeId);
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.AddWithValue("incarnation", worker.Incarnation);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new RangeLease(
                rangeId, jobId, worker, reader.GetInt64(0), (ulong)reader.GetInt64(1),
                reader.IsDBNull(2) ? null : (ulong)reader.GetInt64(2), reader.GetBoolean(3), (ulong)reader.GetInt64(4))
            : null;
    }

    /// <summary>Leaves what is more than the worker wants to whoever comes next.</summary>
    private static async Task<RangeLease> CutAsync(NpgsqlConnection connection, RangeLease lease, ulong size, CancellationToken cancellationToken)
    {
        var end = lease.EndBlock!.Value;
        var left = end - lease.NextBlock + 1;

        // A remainder of less than half a piece is not worth a file of its own.
        if (size == 0 || left <= size + (size / 2))
            return lease;
        var cut = lease.NextBlock + size - 1;
        await using var command = new NpgsqlCommand(
            """
            with kept as (update block_ranges set end_block = @cut where id = @range)
            insert into block_ranges (job_id, start_block, end_block, state, next_block) values (@job, @cut + 1, @end, 'WAITING', @cut + 1)
            """,
            connection);
        command.Parameters.AddWithValue("range", lease.RangeId);
        command.Parameters.AddWithValue("job", lease.JobId);
        command.Parameters.AddWithValue("cut", (long)cut);
        command.Parameters.AddWithValue("end", (long)end);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return lease with { EndBlock = cut };
    }
}
