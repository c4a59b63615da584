using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Amp.Shared.Metadata.Jobs;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Workers;

/// <summary>Who lives: one row a node id, held by an advisory lock of the session that beats for it.</summary>
public static class WorkerRegistration
{
    // The history of a job has no lease that ends unseen.
    private const string NoteSql = $"""
        insert into job_events (job_id, event_type, node_id, detail)
        select job_id, '{JobEventType.RangeReleased}', @node, jsonb_build_object('range_id', id, 'next_block', next_block, 'epoch', epoch) from freed
        """;

    private const string TellSql = $"select pg_notify('{NotifyChannels.Jobs}', job_id::text) from (select job_id from freed union select id from planners) jobs";

    /// <summary>Takes the node id for the session of this connection. False when another session holds it.</summary>
    public static async Task<bool> TryHoldAsync(NpgsqlConnection connection, string nodeId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('worker ' || @node, 1604))", connection);
        command.Parameters.AddWithValue("node", nodeId);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Who has the node id, for the message of the one that is refused; null when nobody ever had it.</summary>
    public static async Task<WorkerHolder?> FindHolderAsync(NpgsqlConnection connection, string nodeId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select host, pid, incarnation, registered_at from workers where node_id = @node and deregistered_at is null", connection);
        command.Parameters.AddWithValue("node", nodeId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new WorkerHolder(reader.GetString(0), reader.GetInt32(1), reader.GetGuid(2), reader.GetFieldValue<DateTimeOffset>(3))
            : null;
    }

    /// <summary>
    /// Writes the row of this incarnation. The caller holds the node id, so an earlier incarnation is dead: its ranges are
    /// free at once, not only when their leases expire. Returns how many.
    /// </summary>
    public static async Task<int> RegisterAsync(NpgsqlConnection connection, WorkerIdentity worker, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $$"""
            with mine as (
                insert into workers (node_id, incarnation, host, pid, version, build, slots)
                values (@node, @incarnation, @host, @pid, @version, @build::jsonb, @slots)
                on conflict (node_id) do update set incarnation = excluded.incarnation, host = excluded.host, pid = excluded.pid,
                    version = excluded.version, build = excluded.build, slots = excluded.slots,
                    registered_at = now(), heartbeat_at = now(), deregistered_at = null
            ), freed as (
                update block_ranges set state = 'WAITING', last_node_id = node_id, node_id = null, incarnation = null,
                    lease_expires_at = null, updated_at = now()
                where state = 'LEASED' and node_id = @node and incarnation <> @incarnation
                returning id, job_id, next_block, epoch
            ), noted as (
                {{NoteSql}}
            ), planners as (
                update jobs set planner_node_id = null, planner_expires_at = null where planner_node_id = @node
                returning id
            ), told as (
                {{TellSql}}
            )
            select (select count(*)::int from freed), (select count(*) from told)
            """,
            connection);
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.AddWithValue("incarnation", worker.Incarnation);
        command.Parameters.AddWithValue("host", worker.Host);
        command.Parameters.AddWithValue("pid", worker.Pid);
        command.Parameters.AddWithValue("version", worker.Version);
        command.Parameters.AddWithValue("build", Describe(worker, BuildOrigin.OfThisBuild));
        command.Parameters.AddWithValue("slots", worker.Slots);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>A graceful leave: whatever is still held is free at once, a job that is being planned too.</summary>
    public static async Task DeregisterAsync(NpgsqlConnection connection, WorkerIdentity worker, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $$"""
            with freed as (
                update block_ranges set state = 'WAITING', last_node_id = node_id, node_id = null, incarnation = null,
                    lease_expires_at = null, updated_at = now()
                where state = 'LEASED' and node_id = @node and incarnation = @incarnation
                returning id, job_id, next_block, epoch
            ), noted as (
                {{NoteSql}}
            ), gone as (
                update workers set deregistered_at = now() where node_id = @node and incarnation = @incarnation
                returning node_id
            ), planners as (
                update jobs set planner_node_id = null, planner_expires_at = null where planner_node_id in (select node_id from gone)
                returning id
            )
            {{TellSql}}
            """,
            connection);
        command.Parameters.AddWithValue("node", worker.NodeId);
        command.Parameters.Add(new NpgsqlParameter("incarnation", NpgsqlDbType.Uuid) { Value = worker.Incarnation });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Describe(WorkerIdentity worker, BuildOrigin origin)
    {
        var build = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = worker.Version,
            ["commit_sha"] = origin.CommitSha,
            ["build_date"] = Time(origin.BuildDate),
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["os"] = RuntimeInformation.RuntimeIdentifier,
        };
        if (origin.CommitTimestamp is { } committed)
            build["commit_timestamp"] = Time(committed);
        return JsonSerializer.Serialize(build);
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>The run that holds a node id.</summary>
public sealed record WorkerHolder(string Host, int Pid, Guid Incarnation, DateTimeOffset RegisteredAt);
