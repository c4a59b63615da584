using System.Globalization;
using Amp.TestKit;
using Npgsql;

namespace Amp.IntegrationTests.Admin;

/// <summary>Requests for one dataset at the same moment, held and let go in the order that hurts.</summary>
public sealed class DatasetRaces : IAsyncLifetime
{
    private RunningController _controller = null!;

    public async ValueTask InitializeAsync() => _controller = await RunningController.StartAsync();

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public async Task A_removal_waits_for_a_deploy_and_sees_its_job()
    {
        var hash = await _controller.RegisterAsync("a", "eth", "1.0.0");
        await using var gate = await GateAsync($"select pg_advisory_lock(hashtextextended('deploy a/eth@{hash}', 1602))");
        var deploy = _controller.PostAsync("/datasets/a/eth/versions/1.0.0/deploy", "");
        await WaitingAsync(deploy);
        var removal = _controller.DeleteAsync("/datasets/a/eth");
        await WaitingAsync(deploy, removal);

        await gate.CloseAsync();

        Assert.Equal(202, (await deploy).Status);
        (await removal).IsError(409, "ACTIVE_JOB_CONFLICT");
    }

    [Fact]
    public async Task A_registration_and_a_removal_do_not_wait_for_each_other_in_a_ring()
    {
        var hash = await _controller.RegisterAsync("a", "eth", "1.0.0");
        await using var gate = await GateAsync($"begin; select 1 from manifests where hash = '{hash}' for update");
        var registration = _controller.RegisterAsync("a", "eth", "1.0.1");
        await WaitingAsync(registration);
        var removal = _controller.DeleteAsync("/datasets/a/eth");
        await WaitingAsync(registration, removal);

        await gate.CloseAsync();

        Assert.Equal(hash, await registration);
        Assert.Equal(204, (await removal).Status);
    }

    /// <summary>A connection that holds a lock until it is closed.</summary>
    private async Task<NpgsqlConnection> GateAsync(string sql)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_controller.Database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Each of the requests is answered, or waits for a lock.</summary>
    private Task WaitingAsync(params Task[] requests) => Eventually.TrueAsync(
        async () => Convert.ToInt32(
            await _controller.Database.ScalarAsync("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"),
            CultureInfo.InvariantCulture) + requests.Count(r => r.IsCompleted) >= requests.Length,
        "the requests are answered or wait for a lock");
}
