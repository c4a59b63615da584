using Amp.LocalPostgres;
using Amp.Migrator;
using Amp.Shared.Options;
using Npgsql;

namespace Amp.TestKit.Postgres;

/// <summary>A fresh database with the present schema, dropped at the end; made from a template, so it takes milliseconds.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private const string Template = "amp_template";

    private static readonly SemaphoreSlim _migrating = new(1, 1);
    private static readonly HashSet<PostgresCluster> _migrated = [];

    private readonly PostgresCluster _cluster;
    private readonly NpgsqlDataSource _dataSource;

    private TestDatabase(PostgresCluster cluster, string name)
    {
        _cluster = cluster;
        Name = name;
        _dataSource = NpgsqlDataSource.Create(ConnectionString);
    }

    public string Name { get; }

    /// <summary>For Npgsql; also a valid <c>metadata_db.url</c>.</summary>
    public string ConnectionString => _cluster.ConnectionString(Name);

    public NpgsqlDataSource DataSource => _dataSource;

    /// <summary>A migrated database in the shared server of this process.</summary>
    public static async Task<TestDatabase> CreateAsync() => await CreateAsync(await TestPostgres.SharedAsync());

    /// <summary>A migrated database in a server of the test's own.</summary>
    public static async Task<TestDatabase> CreateAsync(PostgresCluster cluster)
    {
        await _migrating.WaitAsync();
        try
        {
            if (_migrated.Add(cluster))
            {
                await cluster.EnsureDatabaseAsync(Template);
                await MigrateAsync(cluster.ConnectionString(Template));
            }
        }
        finally
        {
            _migrating.Release();
        }

        return await CreateFromAsync(cluster, Template);
    }

    /// <summary>A database without any table, in the shared server of this process.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync() => await CreateFromAsync(await TestPostgres.SharedAsync(), "template1");

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _dataSource.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>For connections made from now on, the services' own function that notifies does nothing.</summary>
    public async Task SilenceNotifyAsync()
    {
        await ScalarAsync("create function public.pg_notify(text, text) returns void language sql as 'select'");
        await ScalarAsync($"alter database {Name} set search_path = public, pg_catalog");
    }

    public async ValueTask DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        if (!_cluster.IsRunning)
            return;
        await RunAsync(_cluster, $"drop database if exists {Name} with (force)");
    }

    private static async Task<TestDatabase> CreateFromAsync(PostgresCluster cluster, string template)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await RunAsync(cluster, $"create database {name} template {template}");
        return new TestDatabase(cluster, name);
    }

    private static async Task RunAsync(PostgresCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection(Unpooled(cluster.ConnectionString("postgres")));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static Task MigrateAsync(string connectionString) =>
        MigrationRunner.RunAsync(new MetadataDbSettings(Unpooled(connectionString), PoolSize: 2, MinConnections: 0, MaxLifetimeSecs: 0, IdleTimeoutSecs: 1, AutoMigrate: true), CancellationToken.None);

    // A pooled connection would keep the template busy, and a busy template cannot be copied.
    private static string Unpooled(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
}
