using Amp.Shared.Options;
using Npgsql;

namespace Amp.Shared.Metadata;

/// <summary>
/// The metadata database with every table empty and of one connection's own: statements run as they do on the real tables, and nobody else
/// sees, waits for or keeps anything of it. Connections are not reset between two uses, which would drop them. For a process that goes through its work once before there is any.
/// </summary>
public static class ShadowTables
{
    // Copies with their defaults, checks and indexes, without references to each other.
    private const string CreateSql =
        "select string_agg(format('create temp table %I (like %I.%I including all)', tablename, schemaname, tablename), ';') from pg_tables where schemaname = @schema";

    /// <summary>A data source of one connection, whose tables go when it is disposed.</summary>
    public static async Task<NpgsqlDataSource> CreateAsync(
        NpgsqlDataSource database, MetadataDbSettings settings, string role, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select current_schema()::text");
        var schema = (string)(await command.ExecuteScalarAsync(cancellationToken))!;
        var shadowed = settings with
        {
            PoolSize = 1,
            MinConnections = 0,
            ConnectionString = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
            {
                // Nothing but the copies can be named: where they are missing, a statement fails and touches no real table.
                SearchPath = "pg_temp",
            }.ConnectionString,
        };
        return MetadataServices.CreateDataSource(shadowed, role, configure: builder => builder.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("Connections to shadow tables are opened asynchronously."),
            connection => FillAsync(connection, schema)));
    }

    private static async Task FillAsync(NpgsqlConnection connection, string schema)
    {
        await using var ask = new NpgsqlCommand(CreateSql, connection);
        ask.Parameters.AddWithValue("schema", schema);
        await using var create = new NpgsqlCommand((string)(await ask.ExecuteScalarAsync())!, connection);
        await create.ExecuteNonQueryAsync();
    }
}
