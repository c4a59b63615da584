namespace Amp.Shared.Options;

/// <summary>The metadata database, as <c>[metadata_db]</c> says it.</summary>
/// <param name="ConnectionString">Npgsql connection string; empty only where the database is not needed or started by us.</param>
public sealed record MetadataDbSettings(
    string ConnectionString,
    int PoolSize,
    int MinConnections,
    int MaxLifetimeSecs,
    int IdleTimeoutSecs,
    bool AutoMigrate)
{
    // The generated one would print the password.
    public override string ToString() => DatabaseAddress.Describe(ConnectionString);
}
