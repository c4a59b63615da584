using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Npgsql;

namespace Amp.Shared.Metadata.Workers;

/// <summary>The statement that a worker sends every second.</summary>
public static class Heartbeat
{
    // Locked rows are left out: a beat waits for nobody. The transactions that lock them renew the lease themselves. The plan of a job that
    // was asked to stop is not renewed: its planner may wait for a node that does not answer, and the stop does not wait with it.
    private const string BeatSql = $"""
        with beat as (
            update workers set heartbeat_at = now() where node_id = @node and incarnation = @incarnation returning 1
        ), ranges as (
            update block_ranges set lease_expires_at = now() + {LeaseTerms.ExpirySql}
            where id in (
                select id from block_ranges
                where state = 'LEASED' and node_id = @node and incarnation = @incarnation and (lease_expires_at > now() or {LeaseTerms.JustStartedSql})
                  and (id, epoch) in (select * from unnest(@ranges, @range_epochs))
                for update skip locked)
            returning id
        ), planners as (
            update jobs set planner_expires_at = now() + {LeaseTerms.ExpirySql}
            where id in (
                select id from jobs where planner_node_id = @node and status = 'SCHEDULED' and (planner_expires_at > now() or {LeaseTerms.JustStartedSql}) and exists (select 1 from beat)
                  and (id, planner_epoch) in (select * from unnest(@plans, @plan_epochs))
                for update skip locked)
        )
        select exists (select 1 from beat), (select count(*) from ranges), r.id, r.epoch, j.status
        from (values (1)) one
        left join block_ranges r on r.state = 'LEASED' and r.node_id = @node and r.incarnation = @incarnation
            and (r.lease_expires_at > now() or {LeaseTerms.JustStartedSql})
        left join jobs j on j.id = r.job_id
        """;

    /// <remarks>Blocks its thread on purpose: a heart that beats by the thread pool stops when the pool is busy.</remarks>
    /// <summary>Renews the worker's row and the leases that it works on, and tells which it still holds.</summary>
    public static BeatAnswer Beat(NpgsqlConnection connection, WorkerIdentity worker, LeasesAtWork work, TimeSpan patience)
    {
        using var command = new NpgsqlCommand(BeatSql, connection) { CommandTimeout = (int)Math.Ceiling(patience.TotalSeconds) };
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.AddWithValue("incarnation", worker.Incarnation);
        command.Parameters.AddWithValue("ranges", work.Ranges.Select(r => r.Id).ToArray());
        command.Parameters.AddWithValue("range_epochs", work.Ranges.Select(r => r.Epoch).ToArray());
        command.Parameters.AddWithValue("plans", work.Plans.Select(p => p.Id).ToArray());
        command.Parameters.AddWithValue("plan_epochs", work.Plans.Select(p => p.Epoch).ToArray());
        using var reader = command.ExecuteReader();
        var registered = false;
        var held = new List<HeldRange>();
        while (reader.Read())
        {
            registered = reader.GetBoolean(0);
            if (!reader.IsDBNull(2))
                held.Add(new HeldRange(reader.GetInt64(2), reader.GetInt64(3), JobStatusText.Parse(reader.GetString(4))));
        }

        return new BeatAnswer(registered, held);
    }
}

/// <summary>What a beat learned.</summary>
/// <param name="Registered">False when the row of this incarnation is gone or another incarnation took the node id.</param>
/// <param name="Held">Ranges whose lease was alive when the statement began.</param>
public sealed record BeatAnswer(bool Registered, IReadOnlyList<HeldRange> Held);

/// <summary>A lease as the database sees it, with the state of its job.</summary>
public readonly record struct HeldRange(long RangeId, long Epoch, JobStatus JobStatus);
