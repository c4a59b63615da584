using Amp.Shared.Faults;

namespace Amp.LocalPostgres;

/// <summary>No PostgreSQL can be run on this machine as asked; the message says what to install or change.</summary>
public sealed class PostgresUnavailableException(string message, Exception? cause = null)
    : AmpException(ErrorCode.DatabaseUnavailable, message, cause);
