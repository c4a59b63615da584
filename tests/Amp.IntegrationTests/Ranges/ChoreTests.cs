using Amp.Controller.Liveness;
using Amp.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Amp.IntegrationTests.Ranges;

public sealed class ChoreTests : IAsyncLifetime
{
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task The_chores_of_a_controller_go_on_after_a_fault_of_any_kind()
    {
        await _jobs.PlanAsync();
        await _jobs.ExpireAsync((await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!);

        // A bug where nobody thought of one: not a fault of the database.
        var faults = 0;
        void Initialize(NpgsqlConnection connection)
        {
            if (Interlocked.Increment(ref faults) == 1)
                throw new InvalidOperationException("a bug");
        }

        var builder = new NpgsqlDataSourceBuilder(_jobs.ConnectionString);
        builder.UsePhysicalConnectionInitializer(Initialize, connection =>
        {
            Initialize(connection);
            return Task.CompletedTask;
        });
        await using var database = builder.Build();
        using var chores = new ChoreLoop(database, TimeProvider.System, NullLogger<ChoreLoop>.Instance);
        await chores.StartAsync(default);
        await Eventually.TrueAsync(
            async () => await _jobs.AskAsync<long>("select count(*) from block_ranges where state = 'LEASED'") == 0, "the expired lease is swept");
        await chores.StopAsync(default);
        Assert.True(faults > 1, "the first connection failed and a second one was made");
    }

    [Fact]
    public async Task A_controller_that_ends_its_chores_leaves_the_lock_to_others_though_its_connections_stay()
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_jobs.ConnectionString) { NoResetOnClose = true });
        using var chores = new ChoreLoop(database, TimeProvider.System, NullLogger<ChoreLoop>.Instance);
        await chores.StartAsync(default);
        await Eventually.TrueAsync(async () => await _jobs.AskAsync<bool>("select exists (select 1 from pg_locks where locktype = 'advisory')"), "it holds the lock");
        await chores.StopAsync(default);

        await using var other = await _jobs.Source.OpenConnectionAsync();
        Assert.True(await ChoreLock.HoldAsync(other, default));
    }
}
