using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Workers;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>Cuts a job into ranges: what is desired less what is registered and less what is being worked on.</summary>
public static class JobPlanning
{
    private const string Held = $"""
        id = @job and planner_node_id = @node and planner_epoch = @epoch and (planner_expires_at > now() or {LeaseTerms.JustStartedSql})
        """;

    // A table without an active revision says nothing of what is missing.
    private const string Settleable = """
        j.status = 'RUNNING'
          and not exists (select 1 from block_ranges r where r.job_id = j.id and r.state <> 'DONE' and not r.is_head)
          and (select bool_and(t.active) from (
              select bool_or(v.active) as active from revisions v
              where v.namespace = j.namespace and v.name = j.name and v.manifest_hash = j.manifest_hash group by v.table_name) t)
        """;

    /// <summary>Takes a job that waits for its plan; null when there is none for this worker.</summary>
    public static async Task<PlannerLease?> TryTakeAsync(NpgsqlDataSource database, WorkerIdentity worker, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            with free as (
                select j.id from jobs j
                where j.status = 'SCHEDULED' and (j.planner_node_id is null or (j.planner_expires_at <= now() and not {LeaseTerms.JustStartedSql})) and {RangeClaims.Admits}
                order by j.updated_at, j.id limit 1 for update skip locked
            ), taken as (
                update jobs j set planner_node_id = @node, planner_epoch = planner_epoch + 1, planner_expires_at = now() + {LeaseTerms.ExpirySql}
                from free where j.id = free.id
                returning j.*
            )
            select {Job.Columns}, j.planner_epoch from taken j
            """);
        command.Parameters.AddWithValue("node", worker.NodeId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new PlannerLease(Job.Read(reader), worker, reader.GetInt64(reader.FieldCount - 1))
            : null;
    }

    /// <summary>Writes the ranges and sets the job RUNNING. False when the right to plan was lost or the job was stopped.</summary>
    /// <param name="database">The metadata database.</param>
    /// <param name="lease">The fence.</param>
    /// <param name="tables">Tables of the dataset version.</param>
    /// <param name="tip">Highest block at the node.</param>
    /// <param name="end">Last block wanted; null for a continuous job.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<bool> ApplyAsync(
        NpgsqlDataSource database, PlannerLease lease, IReadOnlyList<string> tables, ulong tip, ulong? end, CancellationToken cancellationToken)
    {
        var job = lease.Job;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await KeepAsync(connection, lease, tip, end, cancellationToken))
            return false;
        var revisions = await Revisions.EnsureActiveAsync(connection, job.Namespace, job.Name, job.ManifestHash, tables, job.Id, cancellationToken);
        await DropWaitingAsync(connection, job.Id, cancellationToken);
        var plan = await OpenRanges.FindMissingAsync(connection, job.Id, job.StartBlock, end, tip, revisions, cancellationToken);
        await OpenRanges.AddAsync(connection, job.Id, plan, cancellationToken);
        await JobStates.NoteAsync(
            connection, job.Id, JobEventType.Planned, lease.Worker.NodeId,
            $$"""{"end_block":{{end?.ToString() ?? "null"}},"tip_block":{{tip}},"ranges":{{plan.Count}}}""", cancellationToken);
        await JobStates.MoveAsync(connection, job.Id, JobStatus.Running, lease.Worker.NodeId, cancellationToken: cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The plan could not be made: ERROR or FATAL, unless the right to plan was lost.</summary>
    public static async Task<bool> FailAsync(
        NpgsqlDataSource database, PlannerLease lease, JobStatus to, string detail, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await GiveBackAsync(connection, lease, cancellationToken))
            return false;
        await JobStates.MoveFromAsync(
            connection, lease.Job.Id, [JobStatus.Scheduled], to, lease.Worker.NodeId, detail, retryAfter, cancellationToken);
        await JobChores.SettleStopAsync(connection, lease.Job.Id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Leaves the plan to another worker; of a job that was asked to stop meanwhile, to nobody.</summary>
    public static async Task ReleaseAsync(NpgsqlDataSource database, PlannerLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await GiveBackAsync(connection, lease, cancellationToken))
            await JobChores.SettleStopAsync(connection, lease.Job.Id, cancellationToken);
    }

    /// <summary>
    /// What follows when no ordinary range of a running job is open: more ranges where neighbours do not link, or the end
    /// of the job. Asks nobody but the database, so whoever comes by may do it, any number of times. Returns the mark under which
    /// nothing is missing, see <see cref="FindSettleableAsync(NpgsqlDataSource, CancellationToken)"/>; null when there was something to
    /// do, or others were at it.
    /// </summary>
    public static async Task<string?> SettleAsync(NpgsqlDataSource database, long jobId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await FindSettleableAsync(connection, jobId, cancellationToken) is not var (job, mark))
            return null;
        var revisions = await Revisions.ActiveAsync(connection, job.Namespace, job.Name, job.ManifestHash, cancellationToken);
        var tip = job.TipBlock ?? job.EndBlock ?? throw new AmpException(ErrorCode.InternalError, $"job {jobId} is RUNNING without a plan");

        // The segments are read before the job's row is held: on a long chain that takes longer than claims may wait for it.
        var plan = await OpenRanges.FindMissingAsync(connection, jobId, job.StartBlock, job.EndBlock, tip, revisions, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var hold = new NpgsqlCommand("select 1 from jobs where id = @job for no key update", connection))
        {
            hold.Parameters.AddWithValue("job", jobId);
            await hold.ExecuteScalarAsync(cancellationToken);
        }

        // A statement of its own: it sees the ranges that were committed while the one before waited for the row.
        if (await FindSettleableAsync(connection, jobId, cancellationToken) is not var (_, markNow) || markNow != mark)
            return null;
        if (plan.Count > 0)
        {
            await OpenRanges.AddAsync(connection, jobId, plan, cancellationToken);
            await JobStates.NoteAsync(
                connection, jobId, JobEventType.Planned, nodeId: null,
                $$"""{"end_block":{{job.EndBlock?.ToString() ?? "null"}},"tip_block":{{tip}},"ranges":{{plan.Count}}}""", cancellationToken);
            await using var notify = new NpgsqlCommand($"select pg_notify('{NotifyChannels.Jobs}', '{jobId}')", connection);
            await notify.ExecuteNonQueryAsync(cancellationToken);
        }
        else if (!job.Continuous)
        {
            await JobStates.MoveFromAsync(connection, jobId, [JobStatus.Running], JobStatus.Completed, cancellationToken: cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return plan.Count == 0 ? mark : null;
    }

    /// <summary>
    /// Running jobs without an open ordinary range, each with a mark: as long as that stays the same, nothing new can be missing.
    /// </summary>
    public static async Task<IReadOnlyList<(long JobId, string Mark)>> FindSettleableAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"select j.id, {SettleMark.Sql} from jobs j where {Settleable} order by j.id");
        var jobs = new List<(long, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            jobs.Add((reader.GetInt64(0), reader.GetString(1)));
        return jobs;
    }

    private static async Task<(Job Job, string Mark)?> FindSettleableAsync(NpgsqlConnection connection, long jobId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select {Job.Columns}, {SettleMark.Sql} from jobs j where j.id = @job and {Settleable}", connection);
        command.Parameters.AddWithValue("job", jobId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (Job.Read(reader), reader.GetString(reader.FieldCount - 1)) : null;
    }

    private static async Task<bool> KeepAsync(NpgsqlConnection connection, PlannerLease lease, ulong tip, ulong? end, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"""
            update jobs set planned_at = coalesce(planned_at, now()), end_block = @end, tip_block = @tip, planner_node_id = null,
                planner_expires_at = null, updated_at = now()
            where {Held} and status = 'SCHEDULED'
            """,
            connection);
        AddFence(command, lease);
        command.Parameters.Add(new NpgsqlParameter("end", NpgsqlDbType.Bigint) { Value = end is { } block ? (long)block : DBNull.Value });
        command.Parameters.AddWithValue("tip", (long)tip);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static async Task<bool> GiveBackAsync(NpgsqlConnection connection, PlannerLease lease, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"update jobs set planner_node_id = null, planner_expires_at = null where {Held} and status in ('SCHEDULED', 'STOP_REQUESTED')", connection);
        AddFence(command, lease);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static async Task DropWaitingAsync(NpgsqlConnection connection, long jobId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("delete from block_ranges where job_id = @job and state = 'WAITING'", connection);
        command.Parameters.AddWithValue("job", jobId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void AddFence(NpgsqlCommand command, PlannerLease lease)
    {
        command.Parameters.AddWithValue("job", lease.Job.Id);
        command.Parameters.AddWithValue("node", lease.Worker.NodeId);
        command.Parameters.AddWithValue("epoch", lease.Epoch);
    }
}
