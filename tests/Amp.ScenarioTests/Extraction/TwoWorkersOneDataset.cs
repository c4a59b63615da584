using System.Globalization;
using Amp.TestKit;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Extraction;

/// <summary>Many workers extract one dataset: nothing twice, nothing missing, whatever happens to one of them.</summary>
public sealed class TwoWorkersOneDataset(ITestOutputHelper output)
{
    private const int TransactionsPerBlock = 2;
    private const int LogsPerBlock = 3;
    private const string Dataset = "test/eth@1.0.0";

    [Fact]
    public async Task A_hundred_thousand_blocks_are_there_exactly_once()
    {
        const ulong last = 99_999;
        var chain = Chain(last);
        await using var cluster = await StartAsync(chain);
        var job = await cluster.DeployAsync(Dataset, Text(last));
        await cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(4));
        await AssertWholeAsync(cluster, chain, last);
        Assert.Equal(2L, await cluster.Database.ScalarAsync(
            $"select count(distinct node_id) from job_events where job_id = {job} and event_type = 'RANGE_DONE'"));
        Assert.Equal(0L, await cluster.Database.ScalarAsync("select count(*) from announced_uploads"));
    }

    [Fact]
    public async Task A_killed_worker_costs_its_ranges_nothing()
    {
        const ulong last = 12_000;
        var chain = Chain(last, "--latency-ms", "10");
        await using var cluster = await StartAsync(chain);
        var job = await cluster.DeployAsync(Dataset, Text(last));
        await HoldsAsync(cluster, "worker-1");
        await cluster.Workers["worker-1"].KillAsync();
        var held = (long)(await cluster.Database.ScalarAsync("select count(*) from block_ranges where state = 'LEASED' and node_id = 'worker-1'"))!;
        Assert.True(held > 0, "the worker was killed between two ranges");

        var killed = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(
            async () => (long)(await cluster.Database.ScalarAsync("select count(*) from block_ranges where state = 'LEASED' and node_id = 'worker-1'"))! == 0,
            "the ranges of the dead worker are free", TimeSpan.FromSeconds(10), () => cluster.Tails());
        output.WriteLine($"kill to release: {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:F2} s");
        await cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(2));
        await AssertWholeAsync(cluster, chain, last);
    }

    [Fact]
    public async Task A_worker_that_is_asked_to_leave_hands_over_at_once()
    {
        const ulong last = 12_000;
        var chain = Chain(last, "--latency-ms", "10");
        await using var cluster = await StartAsync(chain);
        var job = await cluster.DeployAsync(Dataset, Text(last));
        await HoldsAsync(cluster, "worker-1");
        var asked = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await cluster.Workers["worker-1"].StopAsync());
        output.WriteLine($"SIGTERM to exit: {TimeProvider.System.GetElapsedTime(asked).TotalSeconds:F2} s");

        Assert.Equal(0L, await cluster.Database.ScalarAsync("select count(*) from block_ranges where state = 'LEASED' and node_id = 'worker-1'"));
        Assert.Equal(true, await cluster.Database.ScalarAsync("select deregistered_at is not null from workers where node_id = 'worker-1'"));
        Assert.Equal(0L, await cluster.Database.ScalarAsync("select count(*) from job_events where event_type = 'LEASE_EXPIRED'"));
        await cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(2));
        await AssertWholeAsync(cluster, chain, last);
        Assert.Equal(0L, await cluster.Database.ScalarAsync("select count(*) from announced_uploads"));
    }

    [Fact]
    public async Task A_worker_that_slept_through_its_lease_goes_on_with_other_work()
    {
        const ulong last = 12_000;
        var chain = Chain(last, "--latency-ms", "10");
        await using var cluster = await StartAsync(chain);
        var job = await cluster.DeployAsync(Dataset, Text(last));
        await HoldsAsync(cluster, "worker-1");
        cluster.Workers["worker-1"].Pause();
        await Eventually.TrueAsync(
            async () => (long)(await cluster.Database.ScalarAsync("select count(*) from job_events where event_type = 'LEASE_EXPIRED' and node_id = 'worker-1'"))! > 0,
            "the lease of the sleeping worker expired", details: () => cluster.Tails());
        cluster.Workers["worker-1"].Resume();

        await cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(2));
        await AssertWholeAsync(cluster, chain, last);
        Assert.True(cluster.Workers["worker-1"].IsRunning, cluster.Tails());
        await Eventually.TrueAsync(
            async () => (bool)(await cluster.Database.ScalarAsync("select heartbeat_at > now() - interval '3 seconds' from workers where node_id = 'worker-1'"))!,
            "the worker beats again", details: () => cluster.Tails());
    }

    [Fact]
    public async Task A_second_worker_of_the_same_name_is_refused_and_leaves_the_first_alone()
    {
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = null, Workers = 1, Servers = 0 });
        var before = await cluster.Database.ScalarAsync("select incarnation from workers where node_id = 'worker-1'");
        var second = Amp.TestKit.Processes.ServiceProcess.Launch(
            cluster.Service("Amp.Worker", "second", new Uri("http://127.0.0.1:1")) with { Arguments = ["--node-id", "worker-1"] });
        await using (second)
        {
            Assert.Equal(1, await second.Exited.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Contains("NODE_ID_TAKEN", second.Log, StringComparison.Ordinal);
            Assert.Contains("'worker-1'", second.Log, StringComparison.Ordinal);
        }

        Assert.Equal(before, await cluster.Database.ScalarAsync("select incarnation from workers where node_id = 'worker-1' and deregistered_at is null"));
        Assert.True(cluster.Workers["worker-1"].IsRunning);
    }

    [Fact]
    public async Task A_worker_whose_name_another_took_meanwhile_ends_and_says_so()
    {
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = null, Workers = 1, Servers = 0 });
        var worker = cluster.Workers["worker-1"];
        await cluster.Database.ScalarAsync("update workers set incarnation = gen_random_uuid() where node_id = 'worker-1'");
        Assert.Equal(1, await worker.Exited.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Contains("error: NODE_ID_TAKEN: the node id 'worker-1' is held by", worker.Log, StringComparison.Ordinal);
    }

    private static ChainSettings Chain(ulong blocks, params string[] more) => new()
    {
        Blocks = blocks,
        Seed = 7,
        Grade = "load",
        Arguments = ["--transactions", Text(TransactionsPerBlock), "--logs", Text(LogsPerBlock), .. more],
    };

    private static async Task<AmpCluster> StartAsync(ChainSettings chain)
    {
        var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = chain });
        await cluster.RegisterAsync(Dataset);
        return cluster;
    }

    /// <summary>Some blocks are registered, more are on their way, and the worker is at it.</summary>
    private static Task HoldsAsync(AmpCluster cluster, string nodeId) => Eventually.TrueAsync(
        async () => (bool)(await cluster.Database.ScalarAsync(
            $"select exists (select 1 from block_ranges where state = 'LEASED' and node_id = '{nodeId}' and end_block - next_block > 500) and exists (select 1 from segments)"))!,
        $"{nodeId} works on a large range", details: () => cluster.Tails());

    private static Task AssertWholeAsync(AmpCluster cluster, ChainSettings chain, ulong last) =>
        ChainInTheLake.AssertWholeAsync(cluster, Dataset, ChainInTheLake.TruthOf(chain, TransactionsPerBlock, LogsPerBlock), last);

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
