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

    // By the indexes, whatever else there is in the table.
    private const string SomethingWaitsSql = """
        select @ordinary and (select job_id from block_ranges where state = 'WAITING' and not is_head order by job_id limit 1) is not null
            or @head and (select job_id from block_ranges where state = 'WAITING' and is_head order by job_id limit 1) is not null
        """;

    // A job of parallelism 1 gives its head only when nothing else is left.
    private const string GivesSql = $"""
        j.status = 'RUNNING' and {Admits} and (
            @ordinary and exists (select 1 from block_ranges r where r.job_id = j.id and r.state = 'WAITING' and not r.is_head)
            or @head and exists (select 1 from block_ranges r where r.job_id = j.id and r.state = 'WAITING' and r.is_head)
                and (j.parallelism > 1 or not exists (select 1 from block_ranges r where r.job_id = j.id and r.state = 'WAITING' and not r.is_head)))
        """;

    private const string FactsSql = """
        select j.id, j.network, j.parallelism, j.leased, w.blocks, w.progress or j.progress, j.turn, j.worker_pattern, w.mine or j.mine, now() - j.turn from candidates j
        cross join lateral (
            select coalesce(sum(end_block - next_block + 1) filter (where not is_head), 0)::bigint as blocks,
                   coalesce(bool_or(last_node_id = @node), false) as mine, bool_or(next_block > start_block) as progress
            from block_ranges where job_id = j.id and state = 'WAITING') w
        """;

    // Both in the order of ClaimChoice.Order, so that the limit cuts off none that comes first; of busy jobs, one that the worker held before and
    // does not hold now may be.
    private const string IdleJobsSql = $"""
        with candidates as (
            select j.*, 0 as leased, false as progress, false as mine, coalesce(j.served_at, j.planned_at) as turn from jobs j
            where {GivesSql} and not exists (select 1 from block_ranges r where r.job_id = j.id and r.state = 'LEASED')
            order by coalesce(j.served_at, j.planned_at) limit @limit
        )
        {FactsSql}
        """;

    private const string BusyJobsSql = $"""
        with busy as (
            select job_id, count(*)::int as leased, bool_or(node_id = @node) as mine, bool_or(next_block > start_block) as progress
            from block_ranges where state = 'LEASED' group by job_id
        ), candidates as (
            select j.*, b.leased, b.progress, b.mine, coalesce(j.served_at, j.planned_at) as turn from busy b join jobs j on j.id = b.job_id
            where b.leased < j.parallelism and {GivesSql}
            order by b.mine desc, b.leased, j.id limit @limit
        )
        {FactsSql}
        """;

    private const string WorkersSql = $"""
        with held as (
            select node_id, incarnation, count(*) filter (where is_head)::int as heads, array_agg(job_id) filter (where not is_head) as jobs
            from block_ranges where state = 'LEASED' group by node_id, incarnation
        )
        select w.node_id, w.slots, coalesce(h.heads, 0), coalesce(h.jobs, '{"{}"}')
        from workers w left join held h on h.node_id = w.node_id and h.incarnation = w.incarnation
        where w.deregistered_at is null and w.heartbeat_at > now() - {LeaseTerms.ExpirySql}
        """;

    private const string QueueSql = "update jobs set served_at = now() where id = @job and status = 'RUNNING'";

    private const string PassOverSql = """
        update jobs set served_at = now()
        where id = (select id from jobs where id = @job and status = 'RUNNING' for no key update skip locked)
        """;

    // The lowest ranges, and those that may come before them.
    private const string WaitingSql = """
        select id, next_block, is_head, last_node_id is not distinct from @node,
               (select count(*) from block_ranges where job_id = @job and state = 'LEASED')::int,
               exists (select 1 from block_ranges where job_id = @job and state <> 'DONE' and not is_head)
        from (
            (select * from block_ranges where job_id = @job and state = 'WAITING' and not is_head order by start_block limit 20)
            union
            (select * from block_ranges where job_id = @job and state = 'WAITING' and (is_head or next_block = @neighbour or last_node_id = @node) limit 20)
        ) w
        """;

    // One of the first idle jobs is taken most of the time; more are read when none was.
    private static readonly (string Sql, int Limit)[] _looks = [(IdleJobsSql, 4), (IdleJobsSql, 20), (BusyJobsSql, 20)];

    /// <summary>A range under a fresh epoch; null when there is none for this worker now.</summary>
    public static async Task<RangeLease?> TryClaimAsync(
        NpgsqlDataSource database, WorkerIdentity worker, ClaimWish wish, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (!await SomethingWaitsAsync(connection, wish, cancellationToken))
            return null;

        // A job of which another worker takes a range at this moment is passed over at first: with many jobs and many workers, all would wait
        // for each other at the first one. Where there is no other job, they take turns at it.
        var (lease, passedOver) = await TryClaimAsync(connection, worker, wish, patient: false, cancellationToken);
        return lease ?? (passedOver ? (await TryClaimAsync(connection, worker, wish, patient: true, cancellationToken)).Lease : null);
    }

    private static async Task<(RangeLease? Lease, bool PassedOver)> TryClaimAsync(
        NpgsqlConnection connection, WorkerIdentity worker, ClaimWish wish, bool patient, CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkerLoad>? workers = null;
        string? exhausted = null;
        var passedOver = false;
        foreach (var (sql, limit) in _looks)
        {
            if (sql == exhausted)
                continue;
            var jobs = await CandidatesAsync(connection, sql, worker, wish, limit, cancellationToken);
            foreach (var job in ClaimChoice.Order(jobs))
            {
                // Who has waited for long enough is left to nobody, whatever the others hold.
                if (!ClaimChoice.IsLeftToNobody(job))
                    workers ??= await WorkersAsync(connection, cancellationToken);
                var (lease, busy) = await TryClaimAsync(connection, worker, job, wish, workers ?? [], patient, cancellationToken);
                if (lease is not null)
                    return (lease, false);
                passedOver |= busy;
            }

            if (jobs.Count < limit)
                exhausted = sql;
        }

        return (null, passedOver);
    }

    private static async Task<bool> SomethingWaitsAsync(NpgsqlConnection connection, ClaimWish wish, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SomethingWaitsSql, connection);
        command.Parameters.AddWithValue("head", wish.Head);
        command.Parameters.AddWithValue("ordinary", wish.Ordinary);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<IReadOnlyList<ClaimableJob>> CandidatesAsync(
        NpgsqlConnection connection, string sql, WorkerIdentity worker, ClaimWish wish, int limit, CancellationToken cancellationToken)
    {
        var jobs = new List<ClaimableJob>();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.AddWithValue("head", wish.Head);
        command.Parameters.AddWithValue("ordinary", wish.Ordinary);
        command.Parameters.AddWithValue("limit", limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            jobs.Add(new ClaimableJob(
                reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3), (ulong)reader.GetInt64(4), reader.GetBoolean(5),
                reader.GetDateTime(6), reader.GetTimeSpan(9), reader.IsDBNull(7) ? null : reader.GetString(7), reader.GetBoolean(8)));
        }

        return jobs;
    }

    private static async Task<IReadOnlyList<WorkerLoad>> WorkersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var workers = new List<WorkerLoad>();
        await using var command = new NpgsqlCommand(WorkersSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            workers.Add(new WorkerLoad(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetFieldValue<long[]>(3)));
        return workers;
    }

    private static async Task<(RangeLease? Lease, bool PassedOver)> TryClaimAsync(
        NpgsqlConnection connection, WorkerIdentity worker, ClaimableJob job, ClaimWish wish, IReadOnlyList<WorkerLoad> workers, bool patient,
        CancellationToken cancellationToken)
    {
        // What it would leave to another anyway costs no lock.
        var heads = wish.Head && !ClaimChoice.LeavesToAnother(worker.NodeId, job, head: true, workers);
        var ordinary = wish.Ordinary && !ClaimChoice.LeavesToAnother(worker.NodeId, job, head: false, workers);
        if (!heads && !ordinary)
            return (null, false);
        wish = wish with { Head = heads, Ordinary = ordinary };
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Claims of one job queue here; the statement after it sees every lease that the others took, and what waits stays until the commit.
        await using (var queue = new NpgsqlCommand(patient ? QueueSql : PassOverSql, connection))
        {
            queue.Parameters.AddWithValue("job", job.Id);
            if (await queue.ExecuteNonQueryAsync(cancellationToken) == 0)
                return (null, !patient);
        }

        if (await ChooseAsync(connection, worker, job, wish, cancellationToken) is not { } chosen
            || await TakeAsync(connection, worker, job, chosen, cancellationToken) is not { } lease)
        {
            return (null, false);
        }

        if (!lease.IsHead)
            lease = await CutAsync(connection, lease, wish.Size(job), cancellationToken);
        await JobStates.NoteAsync(
            connection, job.Id, JobEventType.RangeClaimed, worker.NodeId,
            $$"""{"range_id":{{lease.RangeId}},"start":{{lease.NextBlock}},"end":{{lease.EndBlock?.ToString() ?? "null"}},"epoch":{{lease.Epoch}}}""",
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (lease, false);
    }

    private static async Task<ClaimableRange?> ChooseAsync(
        NpgsqlConnection connection, WorkerIdentity worker, ClaimableJob job, ClaimWish wish, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(WaitingSql, connection);
        command.Parameters.AddWithValue("job", job.Id);
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.AddWithValue("neighbour", wish.Neighbours.TryGetValue(job.Id, out var block) ? (long)block : -1);
        var waiting = new List<ClaimableRange>();
        var ordinaryOpen = false;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            waiting.Add(new ClaimableRange(reader.GetInt64(0), (ulong)reader.GetInt64(1), reader.GetBoolean(2), reader.GetBoolean(3)));
            (job, ordinaryOpen) = (job with { Leased = reader.GetInt32(4) }, reader.GetBoolean(5));
        }

        return ClaimChoice.Range(waiting, job, ordinaryOpen, wish);
    }

    private static async Task<RangeLease?> TakeAsync(
        NpgsqlConnection connection, WorkerIdentity worker, ClaimableJob job, ClaimableRange range, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update block_ranges set state = 'LEASED', node_id = @node, incarnation = @incarnation, epoch = epoch + 1,
                lease_expires_at = now() + {LeaseTerms.ExpirySql}, claimed_at = now(), updated_at = now()
            where id = (select id from block_ranges where id = @range and state = 'WAITING' for update skip locked)
            returning epoch, start_block, end_block
            """,
            connection);
        command.Parameters.AddWithValue("range", range.Id);
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.AddWithValue("incarnation", worker.Incarnation);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return new RangeLease(
            range.Id, job.Id, worker, reader.GetInt64(0), (ulong)reader.GetInt64(1), reader.IsDBNull(2) ? null : (ulong)reader.GetInt64(2), range.IsHead, range.NextBlock);
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
