using Amp.Shared.Metadata.Ranges;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Workers;

/// <summary>A worker as the registrations show it.</summary>
/// <param name="Alive">It has not left, and has beaten within the time that a lease lasts.</param>
/// <param name="Build">What it said of its build, as JSON.</param>
/// <param name="RangesHeld">Block ranges that it holds now.</param>
public sealed record WorkerRecord(
    string NodeId,
    DateTimeOffset HeartbeatAt,
    DateTimeOffset RegisteredAt,
    DateTimeOffset? DeregisteredAt,
    bool Alive,
    string Host,
    int Pid,
    string Version,
    string Build,
    int Slots,
    long RangesHeld);

/// <summary>Reads the registrations of workers.</summary>
public static class WorkerReading
{
    private const string Select = $"""
        select w.node_id, w.heartbeat_at, w.registered_at, w.deregistered_at,
            w.deregistered_at is null and w.heartbeat_at > now() - {LeaseTerms.ExpirySql},
            w.host, w.pid, w.version, w.build::text, w.slots,
            (select count(*) from block_ranges r where r.node_id = w.node_id and r.state = 'LEASED')
        from workers w
        """;

    /// <summary>In the order of their ids.</summary>
    public static async Task<IReadOnlyList<WorkerRecord>> ListAsync(NpgsqlDataSource database, string? afterId, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"{Select} where @after is null or w.node_id collate \"C\" > @after collate \"C\" order by w.node_id collate \"C\" limit @limit");
        command.Parameters.Add(new NpgsqlParameter("after", NpgsqlDbType.Text) { Value = (object?)afterId ?? DBNull.Value });
        command.Parameters.AddWithValue("limit", limit);
        return await ReadAsync(command, cancellationToken);
    }

    public static async Task<WorkerRecord?> FindAsync(NpgsqlDataSource database, string nodeId, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Select + " where w.node_id = @id");
        command.Parameters.AddWithValue("id", nodeId);
        return await ReadAsync(command, cancellationToken) is [var worker] ? worker : null;
    }

    /// <summary>
    /// Whether this worker is the first, by its id, of those that live: what is enough to be done by one of them is left to it.
    /// </summary>
    public static async Task<bool> IsFirstAsync(NpgsqlDataSource database, WorkerIdentity worker, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(
            $"select not exists (select 1 from workers where deregistered_at is null and heartbeat_at > now() - {LeaseTerms.ExpirySql} and node_id < @node)");
        command.Parameters.AddWithValue("node", worker.NodeId);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<IReadOnlyList<WorkerRecord>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var workers = new List<WorkerRecord>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            workers.Add(new WorkerRecord(
                reader.GetString(0),
                reader.GetFieldValue<DateTimeOffset>(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetBoolean(4),
                reader.GetString(5),
                reader.GetInt32(6),
                reader.GetString(7),
                reader.GetString(8),
                reader.GetInt32(9),
                reader.GetInt64(10)));
        }

        return workers;
    }
}
