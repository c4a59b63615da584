using Amp.TestKit.Cluster;
using Npgsql;

namespace Amp.ScenarioTests.Faults;

/// <summary><c>kill -9</c> of a worker at each step of a segment, and of all of them: nothing twice, nothing missing, no file left.</summary>
public sealed class WorkersAreKilled
{
    private const ulong Last = 6_000;

    [Fact]
    public async Task Before_the_upload_is_complete()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings());
        await faulty.WorksAsync("worker-1");
        await faulty.HoldsAsync("exists (select 1 from announced_uploads where node_id = 'worker-1')", "worker-1 is writing a segment");
        await faulty.KillAsync("worker-1");
        await TakenElsewhereAsync(faulty);
    }

    [Fact]
    public async Task Between_upload_and_registration()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { Workers = 1 });
        await faulty.WorksAsync("worker-1");

        // The registration waits at this lock with its files published; the worker dies there.
        await using (var connection = await faulty.Cluster.Database.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var command = new NpgsqlCommand("lock table segments in share row exclusive mode", connection))
                await command.ExecuteNonQueryAsync();
            await faulty.HoldsAsync(
                "exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike '%insert into segments%')",
                "a registration is under way");
            await faulty.KillAsync("worker-1");
        }

        await faulty.Cluster.StartWorkerAsync("worker-2");
        await TakenElsewhereAsync(faulty);
    }

    [Fact]
    public async Task After_a_registration()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings());
        await faulty.HoldsAsync(
            "exists (select 1 from block_ranges where state = 'LEASED' and node_id = 'worker-1' and next_block > start_block) or exists (select 1 from block_ranges where state = 'DONE' and last_node_id = 'worker-1')",
            "worker-1 has registered a segment");
        await faulty.KillAsync("worker-1");
        await TakenElsewhereAsync(faulty);
    }

    [Fact]
    public async Task All_of_them_and_one_starts_later()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings());
        await faulty.WorksAsync("worker-1");
        await Task.WhenAll(faulty.KillAsync("worker-1"), faulty.KillAsync("worker-2"));
        var registered = (long)(await faulty.Cluster.Database.ScalarAsync("select count(*) from segments"))!;

        await faulty.Cluster.StartWorkerAsync("worker-3");
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
        Assert.True(registered > 0);
        Assert.Equal(0L, await faulty.Cluster.Database.ScalarAsync(
            "select count(*) from (select 1 from segments group by revision_id, start_block having count(*) > 1) twice"));
    }

    [Fact]
    public async Task With_every_controller_down()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { Controllers = 2 });
        await faulty.WorksAsync("worker-1");
        foreach (var controller in faulty.Cluster.Controllers)
            await controller.Process.KillAsync();
        await faulty.KillAsync("worker-1");
        await TakenElsewhereAsync(faulty);
    }

    private static async Task TakenElsewhereAsync(FaultyCluster faulty)
    {
        await faulty.ReleasedAsync("worker-1");
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
    }
}
