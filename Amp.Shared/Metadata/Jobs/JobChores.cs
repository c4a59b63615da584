using Amp.Shared.Metadata.Ranges;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>What any controller and any worker may do for jobs that nobody holds. Each call is one bounded statement.</summary>
public static class JobChores
{
    private const int Batch = 100;

    /// <summary>Puts jobs whose retry is due back to SCHEDULED. Returns them.</summary>
    public static Task<IReadOnlyList<long>> RetryDueAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => RunAsync(
        connection,
        $$"""
        with due as (
            select id from jobs where status = 'ERROR' and retry_at <= now() order by retry_at limit {{Batch}} for update skip locked
        ), moved as (
            update jobs j set status = 'SCHEDULED', retry_at = null, updated_at = now() from due where j.id = due.id returning j.id, j.attempts
        ), noted as (
            insert into job_events (job_id, event_type, detail)
            select id, 'SCHEDULED', jsonb_build_object('reason', 'retry', 'attempt', attempts) from moved returning job_id
        )
        select job_id, pg_notify('{{NotifyChannels.Jobs}}', job_id::text) from noted
        """,
        cancellationToken);

    /// <summary>
    /// Ends the stop of jobs that no worker works on any more: no leased range and no planner. Ranges whose lease has expired
    /// are released first by the sweep of leases, so a job whose worker died is settled too.
    /// </summary>
    public static Task<IReadOnlyList<long>> SettleStopsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        SettleAsync(connection, jobId: null, cancellationToken);

    /// <summary>As <see cref="SettleStopsAsync"/>, for one job; its state when it was settled, else null.</summary>
    public static async Task<JobStatus?> SettleStopAsync(NpgsqlConnection connection, long jobId, CancellationToken cancellationToken) =>
        (await SettleAsync(connection, jobId, cancellationToken)).Count > 0 ? JobStatus.Stopped : null;

    private static Task<IReadOnlyList<long>> SettleAsync(NpgsqlConnection connection, long? jobId, CancellationToken cancellationToken) => RunAsync(
        connection,
        $$"""
        with idle as (
            select id, status from jobs j
            where status in ('STOP_REQUESTED', 'STOPPING') and (@job is null or id = @job)
              and not exists (select 1 from block_ranges r where r.job_id = j.id and r.state = 'LEASED')
              and (planner_node_id is null or (planner_expires_at <= now() and not {{LeaseTerms.JustStartedSql}}))
            order by id limit {{Batch}} for update skip locked
        ), moved as (
            update jobs j set status = 'STOPPED', retry_at = null, detail = null, updated_at = now() from idle where j.id = idle.id
            returning j.id, idle.status as was
        ), noted as (
            insert into job_events (job_id, event_type)
            select id, word from (
                select id, 'STOPPING' as word, 1 as step from moved where was = 'STOP_REQUESTED'
                union all
                select id, 'STOPPED', 2 from moved
            ) steps order by id, step
            returning job_id, event_type
        )
        select job_id, pg_notify('{{NotifyChannels.Jobs}}', job_id::text) from noted where event_type = 'STOPPED'
        """,
        cancellationToken,
        new NpgsqlParameter("job", NpgsqlDbType.Bigint) { Value = (object?)jobId ?? DBNull.Value });

    private static async Task<IReadOnlyList<long>> RunAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var ids = new List<long>();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetInt64(0));
        return ids;
    }
}
