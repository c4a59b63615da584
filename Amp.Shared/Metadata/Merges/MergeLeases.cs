using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Merges;

/// <summary>Who may merge segments of which dataset version.</summary>
public static class MergeLeases
{
    private const int Batch = 100;

    /// <summary>Takes a dataset version in which something may be to be merged; null when there is none. Those that were not looked at for the longest time come first.</summary>
    public static async Task<MergeLease?> TryTakeAsync(NpgsqlDataSource database, WorkerIdentity worker, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            with due as (
                select d.id, d.last from (
                    select min(r.id) as id, max(n.id) as last
                    from revisions r
                    left join lateral (select s.id from segments s where s.revision_id = r.id order by s.id desc limit 1) n on true
                    where r.active
                    group by r.namespace, r.name, r.manifest_hash
                ) d
                left join revision_leases l on l.revision_id = d.id
                where d.last is not null and (l.node_id is null or (l.lease_expires_at <= now() and not {LeaseTerms.JustStartedSql}))
                  and (l.last_segment_id is distinct from d.last or l.look_at <= now())
                order by l.look_at nulls first, d.id limit 1
            ), taken as (
                insert into revision_leases as l (revision_id, node_id, incarnation, epoch, lease_expires_at)
                select id, @node, @incarnation, 1, now() + {LeaseTerms.ExpirySql} from due
                on conflict (revision_id) do update set node_id = @node, incarnation = @incarnation, epoch = l.epoch + 1,
                    lease_expires_at = now() + {LeaseTerms.ExpirySql}
                    where l.node_id is null or (l.lease_expires_at <= now() and not {LeaseTerms.JustStartedSql})
                returning revision_id, epoch
            )
            select t.revision_id, t.epoch, r.namespace || '/' || r.name, a.id, a.table_name, a.path, d.last, r.manifest_hash
            from taken t
            cross join due d
            join revisions r on r.id = t.revision_id
            join revisions a on a.namespace = r.namespace and a.name = r.name and a.manifest_hash = r.manifest_hash and a.active
            order by a.table_name
            """);
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.AddWithValue("incarnation", worker.Incarnation);
        MergeLease? lease = null;
        var revisions = new List<Revision>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            lease ??= new MergeLease(reader.GetInt64(0), worker, reader.GetInt64(1), reader.GetString(2), reader.GetString(7), revisions, reader.GetInt64(6));
            revisions.Add(new Revision(reader.GetInt64(3), reader.GetString(4), reader.GetString(5)));
        }

        return lease;
    }

    /// <summary>False when the lease is gone.</summary>
    public static async Task<bool> RenewAsync(NpgsqlDataSource database, MergeLease lease, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"update revision_leases set lease_expires_at = now() + {LeaseTerms.ExpirySql} where {MergeLease.Fence}");
        lease.AddFence(command);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Gives the dataset back.</summary>
    /// <param name="database">The metadata database.</param>
    /// <param name="lease">The fence: a lease that is gone is left as it is.</param>
    /// <param name="lastSegmentId">Nothing is to be merged of the segments up to this one; null when it was not found out.</param>
    /// <param name="rest">After so long that may change by itself.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task ReleaseAsync(
        NpgsqlDataSource database, MergeLease lease, long? lastSegmentId, TimeSpan rest, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            update revision_leases set node_id = null, incarnation = null, lease_expires_at = null,
                last_segment_id = @last, look_at = now() + @rest
            where {MergeLease.Fence}
            """);
        lease.AddFence(command);
        command.Parameters.Add(new NpgsqlParameter("last", NpgsqlDbType.Bigint) { Value = (object?)lastSegmentId ?? DBNull.Value });
        command.Parameters.AddWithValue("rest", rest);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Frees what dead workers hold, so that what they announced is known to be dead. A registration under way holds its row and is passed over.</summary>
    public static async Task FreeExpiredAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            update revision_leases set node_id = null, incarnation = null, lease_expires_at = null
            where revision_id in (
                select revision_id from revision_leases where lease_expires_at <= now() and not {LeaseTerms.JustStartedSql}
                order by lease_expires_at limit {Batch} for update skip locked)
            """);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
