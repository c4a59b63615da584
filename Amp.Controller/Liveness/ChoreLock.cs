using Npgsql;

namespace Amp.Controller.Liveness;

/// <summary>The advisory lock under which one controller does the chores. It belongs to a session: when the connection dies, it is free.</summary>
internal static class ChoreLock
{
    // "amp" and the admin port: a key that other users of the same database are unlikely to choose.
    private const int ClassId = 0x616d70;
    private const int ObjectId = 1610;

    /// <summary>Whether this session holds the lock now; tries to take it when not.</summary>
    /// <remarks>The server is asked, never a variable of ours: a session that was terminated holds nothing.</remarks>
    public static async Task<bool> HoldAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await IsHeldAsync(connection, cancellationToken)
        || (bool)(await ScalarAsync(connection, $"select pg_try_advisory_lock({ClassId}, {ObjectId})", cancellationToken))!;

    public static async Task<bool> IsHeldAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => (bool)(await ScalarAsync(
        connection,
        $"""
        select exists (
            select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted
                and classid = {ClassId} and objid = {ObjectId} and database = (select oid from pg_database where datname = current_database()))
        """,
        cancellationToken))!;

    /// <summary>Leaves nothing in a session that goes back to the pool.</summary>
    public static async Task ReleaseAsync(NpgsqlConnection connection)
    {
        try
        {
            await ScalarAsync(connection, "select pg_advisory_unlock_all()", CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The connection is broken: the session and its locks end, and the pool does not take it back.
        }
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
