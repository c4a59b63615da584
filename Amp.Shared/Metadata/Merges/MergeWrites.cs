using Amp.Shared.Metadata.Ranges;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Merges;

/// <summary>What a worker writes for a merge. Each call is one transaction that does nothing once the lease is lost.</summary>
public static class MergeWrites
{
    /// <summary>Announces files before their first byte.</summary>
    /// <exception cref="Faults.AmpException">LEASE_LOST.</exception>
    public static async Task AnnounceAsync(
        NpgsqlDataSource database, MergeLease lease, IReadOnlyList<(long RevisionId, string FileName)> files, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            insert into announced_uploads (revision_id, file_name, leased_revision_id, epoch, node_id)
            select f.revision, f.name, @lease, @epoch, @node from unnest(@revisions, @names) as f(revision, name)
            where exists (select 1 from revision_leases where {MergeLease.Fence} for share)
            """);
        lease.AddFence(command);
        command.Parameters.AddWithValue("revisions", files.Select(f => f.RevisionId).ToArray());
        command.Parameters.AddWithValue("names", files.Select(f => f.FileName).ToArray());
        if (await command.ExecuteNonQueryAsync(cancellationToken) != files.Count)
            throw lease.Lost();
    }

    /// <summary>Registers the merged files of all tables and retires what they were made of: readers see all of it or nothing.</summary>
    /// <param name="database">The metadata database.</param>
    /// <param name="lease">The fence.</param>
    /// <param name="merges">One for each table.</param>
    /// <param name="witnesses">Live segments with some of the same blocks that were known when the merge was decided.</param>
    /// <param name="collectAfter">For so long the files of the parents stay.</param>
    /// <param name="again">The same was asked for before and its answer was lost: when it was done, nothing is done.</param>
    /// <param name="cancellationToken">Ends the wait; whether the transaction was committed is then unknown.</param>
    /// <returns>False when a parent is not live any more, or some of its blocks were read again meanwhile: nothing is done then.</returns>
    /// <exception cref="Faults.AmpException">LEASE_LOST.</exception>
    public static async Task<bool> RegisterAsync(
        NpgsqlDataSource database, MergeLease lease, IReadOnlyList<MergedSegment> merges, IReadOnlyList<long> witnesses, TimeSpan collectAfter,
        bool again, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (again)
            await AwaitFirstAsync(connection, lease, cancellationToken);
        var held = await HoldAsync(connection, lease, cancellationToken);
        if (again && await AreRegisteredAsync(connection, merges, cancellationToken))
            return true;
        if (!held)
            throw lease.Lost();
        await HoldRevisionsAsync(connection, merges, cancellationToken);
        if (!await RetireAsync(connection, merges, collectAfter, cancellationToken) || await IsOvertakenAsync(connection, merges, witnesses, cancellationToken))
            return false;
        await InsertAsync(connection, merges, cancellationToken);
        await RangeWrites.ForgetAsync(connection, [.. merges.Select(m => (m.File.RevisionId, m.File.FileName))], cancellationToken);
        await using (var notify = new NpgsqlCommand($"select pg_notify('{NotifyChannels.Segments}', @dataset)", connection))
        {
            notify.Parameters.AddWithValue("dataset", lease.Dataset);
            await notify.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>
    /// The first attempt may still be under way at the server, and then holds the lease's row. The fence alone would not wait for it: to whoever
    /// does not see what it writes, the lease may have expired.
    /// </summary>
    private static async Task AwaitFirstAsync(NpgsqlConnection connection, MergeLease lease, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select 1 from revision_leases where revision_id = @lease for update", connection);
        command.Parameters.AddWithValue("lease", lease.RevisionId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<bool> HoldAsync(NpgsqlConnection connection, MergeLease lease, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"update revision_leases set lease_expires_at = now() + {LeaseTerms.ExpirySql} where {MergeLease.Fence}", connection);
        lease.AddFence(command);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>Before any segment, as whoever empties a revision does: the insertion needs them, and would wait for one that waits for the parents.</summary>
    private static async Task HoldRevisionsAsync(NpgsqlConnection connection, IReadOnlyList<MergedSegment> merges, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select 1 from revisions where id = any(@ids) order by id for key share", connection);
        command.Parameters.AddWithValue("ids", merges.Select(m => m.File.RevisionId).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<bool> AreRegisteredAsync(NpgsqlConnection connection, IReadOnlyList<MergedSegment> merges, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select count(*) from segments s join unnest(@revisions, @names) as f(revision, name) on s.revision_id = f.revision and s.file_name = f.name",
            connection);
        command.Parameters.AddWithValue("revisions", merges.Select(m => m.File.RevisionId).ToArray());
        command.Parameters.AddWithValue("names", merges.Select(m => m.File.FileName).ToArray());
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == merges.Count;
    }

    private static async Task<bool> RetireAsync(
        NpgsqlConnection connection, IReadOnlyList<MergedSegment> merges, TimeSpan collectAfter, CancellationToken cancellationToken)
    {
        // In the order of their ids, as whoever else retires segments takes them.
        await using var command = new NpgsqlCommand(
            """
            with live as (
                select id from segments where id = any(@parents) and retired_at is null order by id for update
            )
            update segments s set retired_at = now(), collect_at = now() + @collect_after from live where s.id = live.id
            """,
            connection);
        var parents = merges.SelectMany(m => m.Parents).Select(p => p.Id).ToArray();
        command.Parameters.AddWithValue("parents", parents);
        command.Parameters.AddWithValue("collect_after", collectAfter);
        return await command.ExecuteNonQueryAsync(cancellationToken) == parents.Length;
    }

    /// <summary>
    /// A reading that is committed after this one looked is later than the parents anyway, and hides what it replaces of the merged file as
    /// it would have hidden them.
    /// </summary>
    private static async Task<bool> IsOvertakenAsync(
        NpgsqlConnection connection, IReadOnlyList<MergedSegment> merges, IReadOnlyList<long> witnesses, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select exists (
                select 1 from unnest(@revisions, @starts, @ends) as m(revision, first, last)
                join segments s on s.revision_id = m.revision and s.start_block <= m.last and s.end_block >= m.first
                where s.retired_at is null and s.id <> all(@witnesses))
            """,
            connection);
        command.Parameters.AddWithValue("revisions", merges.Select(m => m.File.RevisionId).ToArray());
        command.Parameters.AddWithValue("starts", merges.Select(m => (long)m.File.Start).ToArray());
        command.Parameters.AddWithValue("ends", merges.Select(m => (long)m.File.End).ToArray());
        command.Parameters.AddWithValue("witnesses", witnesses.ToArray());
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task InsertAsync(NpgsqlConnection connection, IReadOnlyList<MergedSegment> merges, CancellationToken cancellationToken)
    {
        foreach (var merge in merges)
        {
            await using var command = new NpgsqlCommand(
                """
                insert into segments (revision_id, file_name, object_size, object_etag, network, start_block, end_block, hash, prev_hash, end_timestamp,
                                      row_count, generation, parent_ids, created_at, merged_at)
                values (@revision, @name, @size, @etag, @network, @start, @end, @hash, @prev_hash, @timestamp, @rows, @generation, @parents, @created_at, now())
                """,
                connection);
            var file = merge.File;
            command.Parameters.AddWithValue("revision", file.RevisionId);
            command.Parameters.AddWithValue("name", file.FileName);
            command.Parameters.AddWithValue("size", file.ObjectSize);
            command.Parameters.Add(new NpgsqlParameter("etag", NpgsqlDbType.Text) { Value = (object?)file.ObjectETag ?? DBNull.Value });
            command.Parameters.AddWithValue("network", file.Network);
            command.Parameters.AddWithValue("start", (long)file.Start);
            command.Parameters.AddWithValue("end", (long)file.End);
            command.Parameters.AddWithValue("hash", file.Hash.ToArray());
            command.Parameters.AddWithValue("prev_hash", file.PrevHash.ToArray());
            command.Parameters.Add(new NpgsqlParameter("timestamp", NpgsqlDbType.Bigint) { Value = merge.Parents[^1].Timestamp is { } time ? (long)time : DBNull.Value });
            command.Parameters.AddWithValue("rows", file.RowCount);
            command.Parameters.AddWithValue("generation", merge.Generation);
            command.Parameters.AddWithValue("parents", merge.Parents.Select(p => p.Id).ToArray());
            command.Parameters.AddWithValue("created_at", merge.CreatedAt);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
