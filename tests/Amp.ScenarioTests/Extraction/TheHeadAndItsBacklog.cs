using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amp.DevChain.Chain;
using Amp.TestKit;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Extraction;

/// <summary>A continuous job whose head and backlog meet: late, after a reorganisation, or not at all.</summary>
public sealed class TheHeadAndItsBacklog
{
    private const string Dataset = "test/eth@1.0.0";
    private const ulong Tip = 3000;

    [Fact]
    public async Task A_reorganisation_during_the_backlog_opens_no_range_twice()
    {
        var (chain, truth) = Chain(Tip);
        await using var cluster = await StartAsync(chain);
        var job = await OpenBacklogAsync(cluster, truth);

        // Deeper than the head reaches: its end is in the range that ends where the head starts.
        await cluster.TellChainAsync("admin/reorg", new JsonObject { ["depth"] = 10, ["extra"] = 1 });
        truth.Reorganise(10, 1);
        await RegisteredAsync(cluster, truth.Head, truth.Block(truth.Head).Hash);
        Assert.True(await CountAsync(cluster, OpenRanges(job)) > 0, "the backlog ended before the reorganisation was seen");

        await HurryAsync(cluster);
        await WholeAsync(cluster, truth);
        Assert.Equal(0L, await CountAsync(cluster, $"""
            block_ranges a join block_ranges b on b.job_id = a.job_id and b.id > a.id and b.start_block <= coalesce(a.end_block, 9999) and coalesce(b.end_block, 9999) >= a.start_block
            where a.job_id = {job}
            """));
    }

    [Fact]
    public async Task A_head_that_does_not_link_to_its_backlog_is_read_again()
    {
        var (chain, truth) = Chain(Tip);
        await using var cluster = await StartAsync(chain);
        var job = await OpenBacklogAsync(cluster, truth);

        // As if another node had given the head's first block.
        await cluster.Database.ScalarAsync($"update segments set prev_hash = decode(repeat('ab', 32), 'hex') where start_block = {Tip + 1}");
        Assert.True(await CountAsync(cluster, OpenRanges(job)) > 0, "the backlog ended before the head was changed");
        await HurryAsync(cluster);
        await WholeAsync(cluster, truth);
        Assert.Equal(1L, await CountAsync(cluster, $"""
            job_events where job_id = {job} and event_type = 'REORGANISED' and (detail->>'from_block')::bigint = {Tip + 1}
            """));
    }

    [Fact]
    public async Task A_head_alone_catches_up_and_gives_way_to_a_range_that_waits()
    {
        var (chain, truth) = Chain(50);
        await using var cluster = await StartAsync(chain);
        await cluster.RegisterAsync(Dataset);
        var job = await cluster.DeployAsync(Dataset, parallelism: 1);
        await RegisteredAsync(cluster, 50, truth.Block(50).Hash);
        await MineAsync(cluster, truth);

        await cluster.Workers["worker-1"].KillAsync();
        await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 4000 });
        truth.Mine(4000);
        await cluster.StartWorkerAsync("worker-2");
        await RegisteredAsync(cluster, truth.Head, truth.Block(truth.Head).Hash);
        await MineAsync(cluster, truth);
        Assert.Equal(0L, await CountAsync(cluster, $"block_ranges where job_id = {job} and not is_head and start_block > 50"));

        // The head never ends: were it to keep the one place there is, nobody would ever take this.
        await cluster.Database.ScalarAsync(
            $"insert into block_ranges (job_id, start_block, end_block, state, next_block) values ({job}, 10, 19, 'WAITING', 10)");
        await Eventually.TrueAsync(
            async () => await CountAsync(cluster, OpenRanges(job)) == 0, "the range is done", details: () => cluster.Tails());
        await MineAsync(cluster, truth);
        await WholeAsync(cluster, truth);
    }

    private static (ChainSettings Chain, ChainTruth Truth) Chain(ulong blocks)
    {
        var chain = new ChainSettings { Blocks = blocks, Grade = "load", Arguments = ["--transactions", "2", "--logs", "3"] };
        return (chain, ChainInTheLake.TruthOf(chain, 2, 3));
    }

    private static Task<AmpCluster> StartAsync(ChainSettings chain) => AmpCluster.StartAsync(new AmpClusterSettings
    {
        Chain = chain,
        Workers = 1,
        Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["worker_slots"] = "1" },
    });

    /// <summary>A job whose head has registered blocks while its backlog, read from a slow node, is far from done.</summary>
    private static async Task<long> OpenBacklogAsync(AmpCluster cluster, ChainTruth truth)
    {
        await cluster.RegisterAsync(Dataset);
        await cluster.TellChainAsync("admin/conditions", new JsonObject { ["latency_ms"] = 200 });
        var job = await cluster.DeployAsync(Dataset, parallelism: 2);
        await Eventually.TrueAsync(
            async () => await CountAsync(cluster, "block_ranges where is_head and state = 'LEASED'") == 1, "the head is followed", details: () => cluster.Tails());
        await MineAsync(cluster, truth);
        return job;
    }

    /// <summary>Three blocks, one by one, each a segment of the head.</summary>
    private static async Task MineAsync(AmpCluster cluster, ChainTruth truth)
    {
        for (var i = 0; i < 3; i++)
        {
            await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 1 });
            var head = truth.Mine(1);
            await RegisteredAsync(cluster, head, truth.Block(head).Hash);
        }
    }

    private static Task RegisteredAsync(AmpCluster cluster, ulong block, string hash) => Eventually.TrueAsync(
        async () => await CountAsync(cluster, $"segments where end_block = {block} and hash = decode('{hash[2..]}', 'hex')") == 3,
        $"block {block} is registered", details: () => cluster.Tails());

    private static Task HurryAsync(AmpCluster cluster) => cluster.TellChainAsync("admin/conditions", new JsonObject { ["latency_ms"] = 0 });

    private static async Task WholeAsync(AmpCluster cluster, ChainTruth truth)
    {
        await Eventually.TrueAsync(
            async () => (await cluster.QueryAsync($"""select hash from "{Dataset}".blocks where block_num = {truth.Head}""")).Count == 1,
            $"block {truth.Head} is answered", details: () => cluster.Tails());
        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);
    }

    private static string OpenRanges(long job) => $"block_ranges where job_id = {job} and not is_head and state <> 'DONE'";

    private static async Task<long> CountAsync(AmpCluster cluster, string what) =>
        (long)(await cluster.Database.ScalarAsync($"select count(*) from {what}"))!;
}
