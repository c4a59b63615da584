using Amp.Shared.Metadata;
using Amp.TestKit.Cluster;
using Npgsql;

namespace Amp.ScenarioTests.Faults;

/// <summary>Notifications are hints: without them a deploy, a hand-over, a death and a stop are still seen, from the rows.</summary>
public sealed class NotifyIsOff
{
    private const ulong Last = 6_000;

    [Fact]
    public async Task A_job_is_found_survives_a_death_and_completes()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { Notify = false });
        await using var ear = await faulty.Cluster.Database.DataSource.OpenConnectionAsync();
        var heard = 0;
        ear.Notification += (_, _) => heard++;
        await using (var listen = new NpgsqlCommand($"listen {NotifyChannels.Jobs}; listen {NotifyChannels.Segments}; listen {NotifyChannels.Datasets}", ear))
            await listen.ExecuteNonQueryAsync();

        await faulty.WorksAsync("worker-1");
        await faulty.KillAsync("worker-1");
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();

        // Whatever was told before this one has arrived with it; nothing was.
        await using (var control = new NpgsqlCommand($"select pg_catalog.pg_notify('{NotifyChannels.Jobs}', 'control')", ear))
            await control.ExecuteNonQueryAsync();
        Assert.Equal(1, heard);
    }

    [Fact]
    public async Task A_stop_is_seen_and_another_worker_goes_on_after_a_hand_over()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { Notify = false });
        await faulty.WorksAsync("worker-1");
        await faulty.TerminateAsync("worker-1");
        await faulty.HoldsAsync("not exists (select 1 from block_ranges where state = 'LEASED' and node_id <> 'worker-2')", "only worker-2 holds ranges");
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();

        await faulty.Cluster.RegisterAsync("test/endless@1.0.0");
        var endless = await faulty.Cluster.DeployAsync("test/endless@1.0.0", endBlock: null);
        await faulty.Cluster.WaitForJobAsync(endless, "RUNNING", TimeSpan.FromMinutes(1));
        await faulty.Cluster.SendAsync(HttpMethod.Put, $"/jobs/{endless}/stop");
        await faulty.Cluster.WaitForJobAsync(endless, "STOPPED", TimeSpan.FromMinutes(1));
    }
}
