using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Jobs;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>What a worker writes for a range it holds. Each call is one transaction that does nothing once the lease is lost.</summary>
public static class RangeWrites
{
    /// <summary>
    /// Announces files before their first byte, so that a file without a row can be told from one that is on its way. Twice is as good as once.
    /// </summary>
    /// <returns>The database's time.</returns>
    /// <exception cref="Faults.AmpException">LEASE_LOST.</exception>
    public static async Task<DateTimeOffset> AnnounceAsync(
        NpgsqlDataSource database, RangeLease lease, IReadOnlyList<(long RevisionId, string FileName)> files, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"""
            with announced as (
                insert into announced_uploads (revision_id, file_name, range_id, epoch, node_id)
                select f.revision, f.name, @range, @epoch, @node from unnest(@revisions, @names) as f(revision, name)
                where exists (select 1 from block_ranges where {RangeLease.Fence} for share)
                on conflict (revision_id, file_name) do update set epoch = excluded.epoch, collected_at = null
                returning id)
            select count(*), clock_timestamp() from announced
            """);
        lease.AddFence(command);
        AddFiles(command, files);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(0) == files.Count ? reader.GetFieldValue<DateTimeOffset>(1) : throw LeaseLost.Of(lease);
    }

    /// <summary>
    /// Registers the segments of all tables of a piece together with the range's progress: readers see all of it or nothing.
    /// </summary>
    /// <param name="database">The metadata database.</param>
    /// <param name="lease">The fence.</param>
    /// <param name="dataset"><c>namespace/name</c>, for those who listen.</param>
    /// <param name="segments">One for each table, published already.</param>
    /// <param name="nextBlock">First block of the range that is not registered after this.</param>
    /// <param name="done">The range ends with this piece.</param>
    /// <param name="tip">The node's newest block, when it was just asked.</param>
    /// <param name="again">The same was asked for before and its answer was lost: when it was done, nothing is done.</param>
    /// <param name="cancellationToken">Ends the wait; whether the transaction was committed is then unknown.</param>
    /// <exception cref="Faults.AmpException">LEASE_LOST.</exception>
    public static async Task RegisterAsync(
        NpgsqlDataSource database, RangeLease lease, string dataset, IReadOnlyList<NewSegment> segments, ulong nextBlock, bool done, ulong? tip,
        bool again, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        if (again)
            await AwaitFirstAsync(connection, lease, cancellationToken);

        // When the first attempt ended the range, the lease is over, and the files say whose end it was.
        var held = await AdvanceAsync(connection, lease, nextBlock, done, cancellationToken);
        if (again && await AreRegisteredAsync(connection, segments, cancellationToken))
            return;
        if (!held)
            throw LeaseLost.Of(lease);
        await InsertAsync(connection, lease, segments, cancellationToken);
        await ForgetAsync(connection, [.. segments.Select(s => (s.RevisionId, s.FileName))], cancellationToken);
        await JobStates.NoteProgressAsync(connection, lease.JobId, cancellationToken);
        if (tip is { } block)
            await HeadWrites.NoteTipAsync(connection, lease.JobId, block, cancellationToken);
        if (done)
        {
            await JobStates.NoteAsync(
                connection, lease.JobId, JobEventType.RangeDone, lease.Worker.NodeId,
                $$"""{"range_id":{{lease.RangeId}},"start":{{lease.StartBlock}},"end":{{nextBlock - 1}}}""", cancellationToken);
        }

        await using (var notify = new NpgsqlCommand($"select pg_notify('{NotifyChannels.Segments}', @dataset)", connection))
        {
            notify.Parameters.AddWithValue("dataset", dataset);
            await notify.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Gives the range back before its end. False when it was not ours any more.</summary>
    public static async Task<bool> ReleaseAsync(NpgsqlDataSource database, RangeLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ReleaseAsync(connection, lease, cancellationToken);
    }

    /// <summary>Gives the range back and puts the job to ERROR or FATAL, unless the lease is lost. Returns whether it did.</summary>
    public static async Task<bool> FailAsync(
        NpgsqlDataSource database, RangeLease lease, JobStatus to, string detail, TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await ReleaseAsync(connection, lease, cancellationToken))
            return false;
        await JobStates.MoveFromAsync(
            connection, lease.JobId, [JobStatus.Running], to, lease.Worker.NodeId, detail, retryAfter, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>
    /// Hands all but the last blocks of a head that fell behind to ordinary ranges. Returns the lease as it is then.
    /// </summary>
    /// <exception cref="Faults.AmpException">LEASE_LOST.</exception>
    public static async Task<RangeLease> HandBacklogAsync(
        NpgsqlDataSource database, RangeLease head, ulong nextBlock, ulong headStart, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $$"""
            with moved as (
                update block_ranges set start_block = @start, next_block = @start, updated_at = now() where {{RangeLease.Fence}} returning job_id
            ), made as (
                insert into block_ranges (job_id, start_block, end_block, state, next_block)
                select job_id, @next, @start - 1, 'WAITING', @next from moved returning job_id
            )
            select job_id, pg_notify('{{NotifyChannels.Jobs}}', job_id::text) from made
            """);
        head.AddFence(command);
        command.Parameters.AddWithValue("next", (long)nextBlock);
        command.Parameters.AddWithValue("start", (long)headStart);
        return await command.ExecuteScalarAsync(cancellationToken) is null
            ? throw LeaseLost.Of(head)
            : head with { StartBlock = headStart, NextBlock = headStart };
    }

    /// <summary>Takes announcements back, when the files are known never to be registered.</summary>
    public static async Task ForgetAsync(
        NpgsqlConnection connection, IReadOnlyList<(long RevisionId, string FileName)> files, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            delete from announced_uploads a using unnest(@revisions, @names) as f(revision, name)
            where a.revision_id = f.revision and a.file_name = f.name
            """,
            connection);
        AddFiles(command, files);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<bool> AreRegisteredAsync(NpgsqlConnection connection, IReadOnlyList<NewSegment> segments, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select count(*) from segments s join unnest(@revisions, @names) as f(revision, name) on s.revision_id = f.revision and s.file_name = f.name",
            connection);
        AddFiles(command, [.. segments.Select(s => (s.RevisionId, s.FileName))]);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))! == segments.Count;
    }

    /// <summary>
    /// The first attempt may still be under way at the server, and then holds the range's row. The fence alone would not wait for it: to whoever does
    /// not see what it writes, the lease may have expired.
    /// </summary>
    private static async Task AwaitFirstAsync(NpgsqlConnection connection, RangeLease lease, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select 1 from block_ranges where id = @range for update", connection);
        command.Parameters.AddWithValue("range", lease.RangeId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<bool> AdvanceAsync(
        NpgsqlConnection connection, RangeLease lease, ulong nextBlock, bool done, CancellationToken cancellationToken)
    {
        var change = done
            ? "state = 'DONE', last_node_id = node_id, node_id = null, incarnation = null, lease_expires_at = null"
            : $"lease_expires_at = now() + {LeaseTerms.ExpirySql}";
        await using var command = new NpgsqlCommand(
            $"update block_ranges set next_block = @next, updated_at = now(), {change} where {RangeLease.Fence}", connection);
        lease.AddFence(command);
        command.Parameters.AddWithValue("next", (long)nextBlock);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, RangeLease lease, IReadOnlyList<NewSegment> segments, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash, end_timestamp,
                                  row_count, object_etag, created_at, range_id, range_epoch)
            select s.*, @range, @epoch
            from unnest(@revisions, @names, @sizes, @networks, @starts, @ends, @hashes, @prev_hashes, @timestamps, @rows, @etags, @created) as s
            """,
            connection);
        command.Parameters.AddWithValue("range", lease.RangeId);
        command.Parameters.AddWithValue("epoch", lease.Epoch);
        command.Parameters.AddWithValue("revisions", segments.Select(s => s.RevisionId).ToArray());
        command.Parameters.AddWithValue("names", segments.Select(s => s.FileName).ToArray());
        command.Parameters.AddWithValue("sizes", segments.Select(s => s.ObjectSize).ToArray());
        command.Parameters.AddWithValue("networks", segments.Select(s => s.Network).ToArray());
        command.Parameters.AddWithValue("starts", segments.Select(s => (long)s.Start).ToArray());
        command.Parameters.AddWithValue("ends", segments.Select(s => (long)s.End).ToArray());
        command.Parameters.AddWithValue("hashes", segments.Select(s => s.Hash.ToArray()).ToArray());
        command.Parameters.AddWithValue("prev_hashes", segments.Select(s => s.PrevHash.ToArray()).ToArray());
        command.Parameters.AddWithValue("timestamps", segments.Select(s => (long)s.Timestamp).ToArray());
        command.Parameters.AddWithValue("rows", segments.Select(s => s.RowCount).ToArray());
        command.Parameters.AddWithValue("created", segments.Select(s => s.CreatedAt).ToArray());
        command.Parameters.Add(new NpgsqlParameter("etags", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = segments.Select(s => s.ObjectETag).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>As above, on a connection that the caller has; its transaction, if any, is joined.</summary>
    public static async Task<bool> ReleaseAsync(NpgsqlConnection connection, RangeLease lease, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $$"""
            with freed as (
                update block_ranges set state = 'WAITING', last_node_id = node_id, node_id = null, incarnation = null,
                    lease_expires_at = null, updated_at = now()
                where {{RangeLease.Fence}}
                returning id, job_id, next_block, epoch
            ), noted as (
                insert into job_events (job_id, event_type, node_id, detail)
                select job_id, '{{JobEventType.RangeReleased}}', @node, jsonb_build_object('range_id', id, 'next_block', next_block, 'epoch', epoch) from freed
            )
            select job_id, pg_notify('{{NotifyChannels.Jobs}}', job_id::text) from freed
            """,
            connection);
        lease.AddFence(command);
        return await command.ExecuteScalarAsync(cancellationToken) is not null;
    }

    private static void AddFiles(NpgsqlCommand command, IReadOnlyList<(long RevisionId, string FileName)> files)
    {
        command.Parameters.Add(new NpgsqlParameter("revisions", NpgsqlDbType.Array | NpgsqlDbType.Bigint) { Value = files.Select(f => f.RevisionId).ToArray() });
        command.Parameters.Add(new NpgsqlParameter("names", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = files.Select(f => f.FileName).ToArray() });
    }
}
