using Amp.TestKit.Postgres;

namespace Amp.IntegrationTests.TestKit;

public sealed class TestDatabaseTests
{
    [Fact]
    public async Task Each_test_gets_a_migrated_database_of_its_own()
    {
        await using var first = await TestDatabase.CreateAsync();
        await using var second = await TestDatabase.CreateAsync();
        await first.ScalarAsync("insert into datasets (namespace, name) values ('_', 'eth')");
        Assert.Equal(1L, await first.ScalarAsync("select count(*) from datasets"));
        Assert.Equal(0L, await second.ScalarAsync("select count(*) from datasets"));
    }

    [Fact]
    public async Task A_disposed_database_is_gone()
    {
        await using var watcher = await TestDatabase.CreateEmptyAsync();
        var gone = await TestDatabase.CreateAsync();
        Assert.Equal(1L, await watcher.ScalarAsync($"select count(*) from pg_database where datname = '{gone.Name}'"));
        await gone.DisposeAsync();
        Assert.Equal(0L, await watcher.ScalarAsync($"select count(*) from pg_database where datname = '{gone.Name}'"));
    }

    [Fact]
    public async Task A_server_of_its_own_may_be_killed_and_restarted()
    {
        await using var cluster = await TestPostgres.StartOwnAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await database.ScalarAsync("insert into datasets (namespace, name) values ('_', 'eth')");
        await database.ScalarAsync("checkpoint");
        await cluster.KillAsync();
        Assert.False(cluster.IsRunning);
        await cluster.RestartAsync();
        database.DataSource.Clear();
        Assert.Equal(1L, await database.ScalarAsync("select count(*) from datasets"));
    }
}
