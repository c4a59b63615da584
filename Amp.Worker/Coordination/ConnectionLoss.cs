using Npgsql;

namespace Amp.Worker.Coordination;

/// <summary>Tells the loss of a connection to the database from what the database says of a statement. Pure.</summary>
internal static class ConnectionLoss
{
    /// <summary>Nothing is wrong with what was asked: the server went away, is going, is not there yet, or the way to it broke.</summary>
    public static bool Is(Exception fault) => fault switch
    {
        // Class 08: the connection. 57P: the server shuts down, has crashed, starts, or ended this session; 57P04: the database is gone for good.
        PostgresException e => e.SqlState.StartsWith("08", StringComparison.Ordinal)
            || (e.SqlState.StartsWith("57P", StringComparison.Ordinal) && !string.Equals(e.SqlState, "57P04", StringComparison.Ordinal)),
        NpgsqlException e => e.IsTransient,
        _ => false,
    };
}
