namespace Amp.LocalPostgres;

/// <summary>A private PostgreSQL cluster: where it lives and how it is run.</summary>
/// <param name="Folder">Holds the data, the password and the lock of the cluster; created when absent, continued when present.</param>
public sealed record PostgresClusterSettings(string Folder)
{
    /// <summary>The TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    public int MaxConnections { get; init; } = 200;

    /// <summary>False for data that need not survive a crash of the machine: tests start and commit faster without fsync.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>The folder is deleted at the end, by the guard if we die without a word: for tests.</summary>
    public bool Temporary { get; init; }

    /// <summary>Receives the lines of the server and of our own doings.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Further server settings, as in postgresql.conf.</summary>
    public IReadOnlyDictionary<string, string> ServerSettings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What this machine has, best first; where that is nothing, a copy is fetched.</summary>
    internal Func<IEnumerable<PostgresBinaries>> Installed { get; init; } = PostgresBinaries.Installed;

    /// <summary>Where fetched copies are kept; null = a cache of the user.</summary>
    internal string? FetchFolder { get; init; }
}
