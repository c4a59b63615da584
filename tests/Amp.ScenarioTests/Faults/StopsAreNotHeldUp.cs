using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amp.LocalPostgres.Processes;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.Faults;

/// <summary>Whoever does not answer, a node or the store, holds up no stop of a job and no leave of a worker beyond the grace period.</summary>
public sealed class StopsAreNotHeldUp
{
    private static readonly HttpClient _http = new();

    [Fact]
    public async Task By_a_node_that_does_not_answer()
    {
        await using var faulty = await FaultyCluster.StartAsync(100, new AmpClusterSettings());
        await faulty.CompletesAsync();
        foreach (var dataset in (string[])["test/one@1.0.0", "test/two@1.0.0", "test/three@1.0.0"])
            await faulty.Cluster.RegisterAsync(dataset);
        var (one, two) = (await faulty.Cluster.DeployAsync("test/one@1.0.0"), await faulty.Cluster.DeployAsync("test/two@1.0.0"));
        await faulty.HoldsAsync("(select count(*) = 2 from block_ranges where state = 'LEASED' and is_head)", "both heads are followed");
        await faulty.Cluster.TellChainAsync("admin/faults", new JsonObject { ["kind"] = "hang", ["seconds"] = 600 });
        var three = await faulty.Cluster.DeployAsync("test/three@1.0.0");
        await faulty.HoldsAsync($"(select planner_node_id is not null from jobs where id = {three})", "the third job is being planned");

        // A head that looks for blocks, and a plan: both ask the node.
        foreach (var job in (long[])[one, three])
            await faulty.Cluster.SendAsync(HttpMethod.Put, $"/jobs/{job}/stop");
        foreach (var job in (long[])[one, three])
            await faulty.Cluster.WaitForJobAsync(job, "STOPPED", TimeSpan.FromSeconds(15));
        var follower = (string)(await faulty.Cluster.Database.ScalarAsync($"select node_id from block_ranges where job_id = {two} and state = 'LEASED'"))!;
        var watch = Stopwatch.StartNew();
        await faulty.TerminateAsync(follower);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal(0L, await faulty.Cluster.Database.ScalarAsync("select count(*) from job_events where event_type in ('LEASE_EXPIRED', 'ERROR')"));
    }

    [Fact]
    public async Task By_a_store_that_does_not_answer()
    {
        await using var faulty = await FaultyCluster.StartAsync(6_000, new AmpClusterSettings { BentWorld = true, OnS3 = false });
        await faulty.WorksAsync("worker-1");
        await faulty.HoldsAsync("exists (select 1 from announced_uploads where node_id = 'worker-1')", "worker-1 begins a segment");
        faulty.Cluster.World!.Break(LakeFault.Hangs);
        await faulty.HoldsAsync(
            "exists (select 1 from announced_uploads where node_id = 'worker-1' and announced_at < now() - interval '6 seconds')", "worker-1 waits for the store",
            TimeSpan.FromMinutes(1));
        await faulty.Cluster.SendAsync(HttpMethod.Put, $"/jobs/{faulty.Job}/stop");
        await faulty.Cluster.WaitForJobAsync(faulty.Job, "STOPPED", TimeSpan.FromSeconds(45));
        await faulty.Cluster.Workers["worker-1"].WaitForLogAsync("was asked to stop and has not ended");

        // It is given its grace period, more than a process of a test otherwise has.
        var worker = faulty.Cluster.Workers["worker-1"];
        worker.Signal(UnixSignal.Terminate);
        await worker.Exited.WaitAsync(TimeSpan.FromSeconds(45));
        await faulty.TerminateAsync("worker-1");
        await faulty.HoldsAsync("(select deregistered_at is not null from workers where node_id = 'worker-1')", "worker-1 is deregistered");

        // What they wrote when the store took files again is no part of the lake.
        faulty.Cluster.World.Mend();
        Assert.Equal(faulty.Job, await faulty.Cluster.DeployAsync(FaultyCluster.Dataset, "6000"));
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
    }

    /// <summary>Each range is given back on one connection of the pool; with two each, all of them waited for a second one.</summary>
    [Fact]
    public async Task By_more_ranges_than_a_worker_has_connections()
    {
        await using var faulty = await FaultyCluster.StartAsync(100, new AmpClusterSettings
        {
            Workers = 1,
            Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["metadata_db.pool_size"] = "2" },
        });
        await faulty.CompletesAsync();
        for (var i = 0; i < 6; i++)
        {
            await faulty.Cluster.RegisterAsync($"test/head_{i}@1.0.0");
            await faulty.Cluster.DeployAsync($"test/head_{i}@1.0.0");
        }

        await faulty.HoldsAsync("(select count(*) = 6 from block_ranges where state = 'LEASED' and is_head)", "all heads are followed");
        var watch = Stopwatch.StartNew();
        await faulty.TerminateAsync("worker-1");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(6L, await faulty.Cluster.Database.ScalarAsync(
            "select count(distinct r.id) from job_events e join block_ranges r on r.id = (e.detail->>'range_id')::bigint where e.event_type = 'RANGE_RELEASED' and r.is_head"));
    }
}
