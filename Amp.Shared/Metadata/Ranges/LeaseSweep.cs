using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>Frees what dead workers hold. Any live worker and any controller may run it, at any time, together.</summary>
public static class LeaseSweep
{
    private const int Batch = 100;

    /// <summary>One bounded statement by the database's clock. Returns the ranges that are free now.</summary>
    public static async Task<IReadOnlyList<ExpiredLease>> ReleaseExpiredAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $$"""
            with expired as (
                select id, node_id from block_ranges where state = 'LEASED' and lease_expires_at <= now() and not {{LeaseTerms.JustStartedSql}}
                order by lease_expires_at limit {{Batch}} for update skip locked
            ), freed as (
                update block_ranges r set state = 'WAITING', last_node_id = expired.node_id, node_id = null, incarnation = null,
                    lease_expires_at = null, updated_at = now()
                from expired where r.id = expired.id
                returning r.id, r.job_id, r.epoch, r.last_node_id
            ), noted as (
                insert into job_events (job_id, event_type, node_id, detail)
                select job_id, '{{JobEventType.LeaseExpired}}', last_node_id, jsonb_build_object('range_id', id, 'epoch', epoch) from freed
            )
            select id, job_id, last_node_id, pg_notify('{{NotifyChannels.Jobs}}', job_id::text) from freed
            """,
            connection);
        var freed = new List<ExpiredLease>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            freed.Add(new ExpiredLease(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2)));
        return freed;
    }
}

/// <summary>A range that its worker lost.</summary>
public sealed record ExpiredLease(long RangeId, long JobId, string NodeId);
