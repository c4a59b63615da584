using System.Net.Sockets;
using Amp.Shared.Faults;
using Amp.Shared.Options;
using Npgsql;

namespace Amp.Migrator;

/// <summary>Opens a connection of its own and names what is wrong when it cannot, without a secret.</summary>
internal static class DatabaseConnection
{
    /// <summary>How long a database that is only just starting is waited for.</summary>
    private static readonly TimeSpan _startPatience = TimeSpan.FromSeconds(30);

    public static async Task<NpgsqlConnection> OpenAsync(MetadataDbSettings settings, string role, CancellationToken cancellationToken)
    {
        var builder = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Pooling = false,
            ApplicationName = "amp-" + role,
            // The password is needed again: dbup opens a connection of its own from this string.
            PersistSecurityInfo = true,
        };
        var deadline = Environment.TickCount64 + (long)_startPatience.TotalMilliseconds;
        while (true)
        {
            var connection = new NpgsqlConnection(builder.ConnectionString);
            try
            {
                await connection.OpenAsync(cancellationToken);
                return connection;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CannotConnectNow && Environment.TickCount64 < deadline)
            {
                await connection.DisposeAsync();
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
            {
                await connection.DisposeAsync();
                throw Explain(settings, e);
            }
        }
    }

    public static AmpException Explain(MetadataDbSettings settings, Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } e =>
            Fault($"the database {settings} refuses the user or the password of {ConfigKeys.DatabaseUrl.Name}", e),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } e =>
            Fault($"the database {settings} does not exist; create it (createdb) or name another one in {ConfigKeys.DatabaseUrl.Name}", e),
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } e =>
            Fault($"the database {settings} has no connection left", e),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e =>
            Fault($"the user of {ConfigKeys.DatabaseUrl.Name} may not do this in the database {settings}", e),
        PostgresException e => Fault($"the database {settings} answered {e.SqlState}", e),
        NpgsqlException { InnerException: SocketException or TimeoutException } or SocketException or TimeoutException =>
            new RetryableException(ErrorCode.DatabaseUnavailable, $"the database {settings} cannot be reached; is it running, and is {ConfigKeys.DatabaseUrl.Name} right?", exception),
        _ => new RetryableException(ErrorCode.DatabaseUnavailable, $"the database {settings} cannot be used", exception),
    };

    private static AmpException Fault(string message, Exception cause) => new(ErrorCode.DatabaseUnavailable, message, cause);
}
