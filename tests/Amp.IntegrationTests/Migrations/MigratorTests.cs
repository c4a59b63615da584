using Amp.Migrator;
using Amp.Shared.Faults;
using Amp.Shared.Metadata;
using Amp.Shared.Options;
using Amp.TestKit.Postgres;
using Npgsql;

namespace Amp.IntegrationTests.Migrations;

public sealed class MigratorTests
{
    [Fact]
    public async Task A_second_run_finds_nothing_to_do()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var first = await MigrationRunner.RunAsync(Settings(database), Token);
        var second = await MigrationRunner.RunAsync(Settings(database), Token);

        Assert.Equal(SchemaScripts.All.Select(s => s.Name), first);
        Assert.Empty(second);
    }

    [Fact]
    public async Task Of_four_migrators_at_once_one_runs_the_scripts()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrationRunner.RunAsync(Settings(database), Token)));

        Assert.Single(runs, run => run.Count == SchemaScripts.All.Count);
        Assert.Equal(3, runs.Count(run => run.Count == 0));
    }

    [Fact]
    public async Task A_newer_database_is_refused_by_the_migrator_and_by_services()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ScalarAsync($"insert into {SchemaVersion.JournalTable} (scriptname, applied) values ('9999_of_the_future.sql', now())");

        var migrate = await Assert.ThrowsAsync<AmpException>(() => MigrationRunner.RunAsync(Settings(database), Token));
        var start = await Assert.ThrowsAsync<AmpException>(() => MigrationRunner.EnsureAsync(Settings(database), Token));

        Assert.Equal((ErrorCode.DatabaseNewer, ErrorCode.DatabaseNewer), (migrate.Code, start.Code));
        Assert.Contains("9999_of_the_future.sql", migrate.Message);
    }

    [Fact]
    public async Task An_older_database_is_refused_without_auto_migrate_and_the_mend_is_named()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var fault = await Assert.ThrowsAsync<AmpException>(() => MigrationRunner.EnsureAsync(Settings(database) with { AutoMigrate = false }, Token));

        Assert.Equal(ErrorCode.DatabaseOlder, fault.Code);
        Assert.Contains("ampd migrate", fault.Message);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_may_be_tried_again_and_one_that_refuses_the_password_may_not()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var away = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "127.0.0.1", Port = 1 };
        var wrong = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "planted-secret" };

        var unreachable = await Assert.ThrowsAnyAsync<AmpException>(
            () => MigrationRunner.RunAsync(Settings(database) with { ConnectionString = away.ConnectionString }, Token));
        var refused = await Assert.ThrowsAnyAsync<AmpException>(
            () => MigrationRunner.EnsureAsync(Settings(database) with { ConnectionString = wrong.ConnectionString }, Token));

        Assert.Equal((ErrorCode.DatabaseUnavailable, true), (unreachable.Code, unreachable.IsRetryable));
        Assert.Equal((ErrorCode.DatabaseUnavailable, false), (refused.Code, refused.IsRetryable));
        Assert.DoesNotContain("planted-secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_fails_leaves_nothing_of_itself_behind()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        await database.ScalarAsync("create table workers (in_the_way int)");

        await Assert.ThrowsAnyAsync<AmpException>(() => MigrationRunner.RunAsync(Settings(database), Token));

        Assert.Equal(false, await database.ScalarAsync($"select exists (select from {SchemaVersion.JournalTable} where scriptname like '%workers%')"));
        await database.ScalarAsync("drop table workers");
        Assert.NotEmpty(await MigrationRunner.RunAsync(Settings(database), Token));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var elsewhere = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "no_such_database" };

        var fault = await Assert.ThrowsAnyAsync<AmpException>(() => MigrationRunner.RunAsync(Settings(database, elsewhere.ConnectionString), Token));

        Assert.Contains("no_such_database", AmpException.Describe(fault));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_without_the_password()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var elsewhere = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = "127.0.0.1", Port = 1, Password = "planted-secret" };

        var fault = await Assert.ThrowsAnyAsync<AmpException>(() => MigrationRunner.RunAsync(Settings(database, elsewhere.ConnectionString), Token));

        Assert.Contains("127.0.0.1:1", AmpException.Describe(fault));
        Assert.DoesNotContain("planted-secret", AmpException.Describe(fault));
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_showing_it()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();
        var wrong = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "planted-secret" };

        var fault = await Assert.ThrowsAnyAsync<AmpException>(() => MigrationRunner.RunAsync(Settings(database, wrong.ConnectionString), Token));

        Assert.Contains("password", AmpException.Describe(fault));
        Assert.DoesNotContain("planted-secret", AmpException.Describe(fault));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static MetadataDbSettings Settings(TestDatabase database, string? connectionString = null) =>
        new(connectionString ?? database.ConnectionString, PoolSize: 2, MinConnections: 0, MaxLifetimeSecs: 1800, IdleTimeoutSecs: 600, AutoMigrate: true);
}
