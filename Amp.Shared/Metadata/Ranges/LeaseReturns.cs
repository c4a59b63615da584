using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Workers;
using Npgsql;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>Leases of which a worker knows nothing, or no longer wants to know: the answer to a claim was lost, or it dropped its work.</summary>
public static class LeaseReturns
{
    // Whether they have expired does not matter: nobody else can have them while they stand here.
    private const string RangesSql = $$"""
        with freed as (
            update block_ranges set state = 'WAITING', last_node_id = node_id, node_id = null, incarnation = null,
                lease_expires_at = null, updated_at = now()
            where state = 'LEASED' and node_id = @node and incarnation = @incarnation
              and (id, epoch) not in (select * from unnest(@ids, @epochs))
            returning id, job_id, next_block, epoch
        ), noted as (
            insert into job_events (job_id, event_type, node_id, detail)
            select job_id, '{{JobEventType.RangeReleased}}', @node, jsonb_build_object('range_id', id, 'next_block', next_block, 'epoch', epoch) from freed
        )
        select id, pg_notify('{{NotifyChannels.Jobs}}', job_id::text) from freed
        """;

    private const string PlansSql = $$"""
        with freed as (
            update jobs set planner_node_id = null, planner_expires_at = null
            where planner_node_id = @node and (id, planner_epoch) not in (select * from unnest(@ids, @epochs))
            returning id
        )
        select id, pg_notify('{{NotifyChannels.Jobs}}', id::text) from freed
        """;

    /// <summary>Frees what stands under this run of the worker and is not at work. To be called while none of its claims is under way. Returns how many.</summary>
    public static async Task<int> ReturnAsync(NpgsqlDataSource database, WorkerIdentity worker, LeasesAtWork work, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReturnAsync(connection, RangesSql, worker, work.Ranges, cancellationToken)
            + await ReturnAsync(connection, PlansSql, worker, work.Plans, cancellationToken);
    }

    private static async Task<int> ReturnAsync(
        NpgsqlConnection connection, string sql, WorkerIdentity worker, IReadOnlyList<(long Id, long Epoch)> kept, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.AddWithValue("incarnation", worker.Incarnation);
        command.Parameters.AddWithValue("ids", kept.Select(k => k.Id).ToArray());
        command.Parameters.AddWithValue("epochs", kept.Select(k => k.Epoch).ToArray());
        var freed = 0;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            freed++;
        return freed;
    }
}
