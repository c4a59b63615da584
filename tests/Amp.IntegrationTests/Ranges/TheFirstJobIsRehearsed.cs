using Amp.Chains.Providers;
using Amp.Shared.Metadata;
using Amp.Shared.Options;
using Amp.TestKit;
using Amp.TestKit.Postgres;
using Amp.Worker.Rehearsal;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Amp.IntegrationTests.Ranges;

/// <summary>A worker goes through a job before there is one, and nobody notices.</summary>
public sealed class TheFirstJobIsRehearsed : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_job_is_planned_and_claimed_in_tables_that_nobody_else_sees()
    {
        await using (var shadows = await ShadowTables.CreateAsync(_database.DataSource, Settings(_database.ConnectionString), "rehearsal", default))
        {
            var lease = await new ShadowJob(shadows, JobInDatabase.Worker("w1")).RunAsync(default);
            Assert.Equal((0UL, 48UL), (lease.StartBlock, lease.EndBlock));
            await using var mine = shadows.CreateCommand("select string_agg(state, ',' order by start_block) from block_ranges");
            Assert.Equal("LEASED,WAITING", await mine.ExecuteScalarAsync());

            // While they are there, too.
            await AssertUntouchedAsync();
        }

        await AssertUntouchedAsync();
        await Eventually.TrueAsync(
            async () => (bool)(await _database.ScalarAsync("select not exists (select 1 from pg_tables where schemaname like 'pg_temp%')"))!, "the shadows are gone");
    }

    [Fact]
    public async Task A_connection_without_shadows_finds_no_table_at_all()
    {
        await using var shadows = await ShadowTables.CreateAsync(_database.DataSource, Settings(_database.ConnectionString), "rehearsal", default);
        await using (var drop = shadows.CreateCommand("discard temp"))
            await drop.ExecuteNonQueryAsync();
        await using var insert = shadows.CreateCommand("insert into networks (network, chain_id) values ('n', 1)");
        Assert.Equal(PostgresErrorCodes.UndefinedTable, (await Assert.ThrowsAsync<PostgresException>(() => insert.ExecuteNonQueryAsync())).SqlState);
    }

    [Fact]
    public async Task A_worker_starts_where_it_cannot_rehearse()
    {
        var connection = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Port = Amp.LocalPostgres.Processes.LoopbackPorts.Free(), Pooling = false }.ConnectionString;
        await using var nobody = NpgsqlDataSource.Create(connection);
        var settings = SettingsLoader.Load(new SettingsRequest
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["AMP_CONFIG_METADATA_DB__URL"] = connection },
            CurrentFolder = Path.GetTempPath(),
        });
        var rehearsal = new FirstJob(nobody, settings, new ProviderFiles(settings.ProvidersDir), JobInDatabase.Worker("w1"), TimeProvider.System, NullLogger<FirstJob>.Instance);
        await rehearsal.StartAsync(default);
        await rehearsal.StopAsync(default);
    }

    private static MetadataDbSettings Settings(string connection) =>
        new(connection, PoolSize: 5, MinConnections: 0, MaxLifetimeSecs: 0, IdleTimeoutSecs: 60, AutoMigrate: false);

    private async Task AssertUntouchedAsync() => Assert.Equal(
        "",
        await _database.ScalarAsync(
            """
            select coalesce(string_agg(relname, ','), '') from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'public' and c.relname not like 'schema_versions%' and (
                (c.relkind = 'r' and (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from public.%I', c.relname), false, true, '')))[1]::text <> '0')
                or (c.relkind = 'S' and pg_sequence_last_value(c.oid) is not null))
            """));
}
