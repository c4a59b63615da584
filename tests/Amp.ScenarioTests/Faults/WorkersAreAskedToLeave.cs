using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amp.LocalPostgres.Processes;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;
using Npgsql;

namespace Amp.ScenarioTests.Faults;

/// <summary>SIGTERM at each step of the work: exit code 0, deregistered, handed over at once; a second signal ends the process there and then.</summary>
public sealed class WorkersAreAskedToLeave
{
    private const ulong Last = 6_000;
    private static readonly HttpClient _http = new();

    [Fact]
    public async Task While_they_wait_for_work_and_while_they_plan()
    {
        await using var faulty = await FaultyCluster.StartAsync(100, new AmpClusterSettings { Workers = 3 });
        await faulty.CompletesAsync();
        await LeavesAsync(faulty, "worker-3");

        // The node says nothing, so that the plan cannot be made.
        await faulty.Cluster.TellChainAsync("admin/faults", new JsonObject { ["kind"] = "hang", ["seconds"] = 60 });
        await faulty.Cluster.RegisterAsync("test/planned@1.0.0");
        var job = await faulty.Cluster.DeployAsync("test/planned@1.0.0", "100");
        await faulty.HoldsAsync($"(select planner_node_id is not null from jobs where id = {job})", "the job is being planned");
        var planner = (string)(await faulty.Cluster.Database.ScalarAsync($"select planner_node_id from jobs where id = {job}"))!;
        await LeavesAsync(faulty, planner);
        await faulty.Cluster.TellChainAsync("admin/clear", []);
        await faulty.Cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(1));
        await faulty.AssertWholeAsync();
    }

    [Fact]
    public async Task While_they_wait_for_the_node()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings());
        await faulty.WorksAsync("worker-1");
        await faulty.Cluster.TellChainAsync("admin/faults", new JsonObject { ["kind"] = "hang", ["seconds"] = 60 });
        await LeavesAsync(faulty, "worker-1");
        await faulty.Cluster.TellChainAsync("admin/clear", []);
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
    }

    [Fact]
    public async Task While_the_store_takes_its_time()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { BentWorld = true, OnS3 = false });
        await faulty.WorksAsync("worker-1");
        faulty.Cluster.World!.Break(LakeFault.Hangs);
        var leaving = LeavesAsync(faulty, "worker-1");
        await faulty.Cluster.Workers["worker-1"].WaitForLogAsync("Stopping:");
        faulty.Cluster.World.Mend();
        await leaving;
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_they_register(bool twice)
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { Workers = 1 });
        await faulty.WorksAsync("worker-1");
        var worker = faulty.Cluster.Workers["worker-1"];
        Task<int> leaving;
        await using (var connection = await faulty.Cluster.Database.DataSource.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using (var command = new NpgsqlCommand("lock table segments in share row exclusive mode", connection))
                await command.ExecuteNonQueryAsync();
            await faulty.HoldsAsync(
                "exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike '%insert into segments%')",
                "a registration is under way");
            leaving = faulty.EndAsync("worker-1");
            await worker.WaitForLogAsync("Stopping:");
            if (twice)
            {
                worker.Signal(UnixSignal.Terminate);
                Assert.Equal(143, await leaving);
            }
        }

        if (!twice)
        {
            Assert.Equal(0, await leaving);
            await faulty.HoldsAsync("(select deregistered_at is not null from workers where node_id = 'worker-1')", "worker-1 is deregistered");
        }

        await faulty.Cluster.StartWorkerAsync("worker-2");
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
    }

    [Fact]
    public async Task While_they_follow_the_head_and_the_other_services_under_load()
    {
        await using var faulty = await FaultyCluster.StartAsync(2_000, new AmpClusterSettings { Controllers = 2, Servers = 2 });
        await faulty.Cluster.RegisterAsync("test/endless@1.0.0");
        var endless = await faulty.Cluster.DeployAsync("test/endless@1.0.0", endBlock: null);
        const string head = "exists (select 1 from block_ranges where is_head and state = 'LEASED')";
        await faulty.HoldsAsync(head, "the head is followed");
        var follower = (string)(await faulty.Cluster.Database.ScalarAsync("select node_id from block_ranges where is_head and state = 'LEASED'"))!;
        await LeavesAsync(faulty, follower);
        Assert.Equal(0, await faulty.Cluster.Controllers[1].Process.StopAsync());
        Assert.Equal(0, await faulty.Cluster.Servers[1].Process.StopAsync());
        await faulty.HoldsAsync(head, "the head is followed by the other");
        await faulty.Cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 1 });
        await faulty.Cluster.WaitForBlockAsync(endless, 2_001);
        await faulty.CompletesAsync();
        await faulty.Cluster.SendAsync(HttpMethod.Put, $"/jobs/{endless}/stop");
        await faulty.Cluster.WaitForJobAsync(endless, "STOPPED");
        await faulty.AssertWholeAsync();
    }

    /// <summary>It ends in good order, and no lease of it had to expire.</summary>
    private static async Task LeavesAsync(FaultyCluster faulty, string nodeId)
    {
        await faulty.TerminateAsync(nodeId);
        await faulty.HoldsAsync($"(select deregistered_at is not null from workers where node_id = '{nodeId}')", $"{nodeId} is deregistered");
        Assert.Equal(0L, await faulty.Cluster.Database.ScalarAsync($"select count(*) from block_ranges where state = 'LEASED' and node_id = '{nodeId}'"));
        Assert.Equal(0L, await faulty.Cluster.Database.ScalarAsync($"select count(*) from job_events where event_type = 'LEASE_EXPIRED' and node_id = '{nodeId}'"));
    }
}
