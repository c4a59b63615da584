using System.Globalization;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Amp.DevChain.Chain;
using Amp.TestKit;
using Amp.TestKit.Chains;
using Amp.TestKit.Cluster;
using Amp.TestKit.Nodes;

namespace Amp.ScenarioTests.Extraction;

/// <summary>A node is reached over a WebSocket alone and announces its new blocks there. Unless it is said otherwise, nobody asks by himself within the scenario's time.</summary>
public sealed class HeadsAreAnnounced
{
    private const string Dataset = "test/eth@1.0.0";
    private const string Never = "3600";

    private static readonly ChainSettings _chain = new() { Blocks = 60, Grade = "full" };

    [Fact]
    public async Task Some_thousand_blocks_come_whole_over_a_socket_alone()
    {
        var chain = _chain with { Blocks = 3000, Grade = "load", Arguments = ["--transactions", "4", "--logs", "6"] };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = chain });
        OverSocket(cluster, "rpc_batch_size = 20");
        await cluster.RegisterAsync(Dataset);
        await cluster.WaitForJobAsync(await cluster.DeployAsync(Dataset, "3000", parallelism: 2), "COMPLETED", TimeSpan.FromMinutes(2));

        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, ChainInTheLake.TruthOf(chain, 4, 6), 3000);
    }

    [Fact]
    public async Task Each_block_that_is_announced_is_answered()
    {
        await using var cluster = await FollowAsync(Never);
        var truth = Truth();

        for (var i = 0; i < 5; i++)
            await MineAsync(cluster, truth);
        await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 30 });
        await AnsweredAsync(cluster, truth.Mine(30));

        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(5, 0)]
    [InlineData(40, 1)]
    public async Task A_reorganisation_that_is_announced_heals(ulong depth, ulong extra)
    {
        await using var cluster = await FollowAsync(Never);
        var truth = Truth();
        for (var i = 0; i < 4; i++)
            await MineAsync(cluster, truth);

        await cluster.TellChainAsync("admin/reorg", new JsonObject { ["depth"] = depth, ["extra"] = extra });
        truth.Reorganise(depth, extra);

        await Eventually.TrueAsync(
            async () => await HashAsync(cluster, truth.Head) == truth.Block(truth.Head).Hash, $"the new block {truth.Head} is answered", details: () => cluster.Tails());
        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);
    }

    [Fact]
    public async Task What_was_not_announced_is_filled_by_the_next_announcement()
    {
        await using var cluster = await FollowAsync(Never);
        var truth = Truth();
        await MineAsync(cluster, truth);
        await cluster.TellChainAsync("admin/faults", new JsonObject { ["kind"] = "unannounced", ["count"] = 3 });
        await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 3 });
        truth.Mine(3);

        await MineAsync(cluster, truth);

        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);
    }

    [Fact]
    public async Task A_broken_connection_is_made_anew_and_announces_again()
    {
        await using var cluster = await FollowAsync(Never);
        var truth = Truth();
        for (var i = 0; i < 3; i++)
        {
            await cluster.TellChainAsync("admin/faults", new JsonObject { ["kind"] = "disconnect", ["method"] = "eth_subscription", ["count"] = 1 });
            await MineAsync(cluster, truth);
            await SubscribedAsync(cluster, 2 + i);
            await MineAsync(cluster, truth);
        }

        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);
    }

    [Fact]
    public async Task A_node_that_starts_anew_is_followed_on()
    {
        await using var cluster = await FollowAsync(Never);
        var truth = Truth();
        await MineAsync(cluster, truth);

        await cluster.Chain!.KillAsync();
        await cluster.StartChainAsync(_chain with { Blocks = truth.Head });
        OverSocket(cluster);
        await SubscribedAsync(cluster, 2, TimeSpan.FromSeconds(90));
        await MineAsync(cluster, truth);

        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);
    }

    [Theory]
    [InlineData("{\"kind\":\"unannounced\"}")]
    [InlineData("{\"kind\":\"rpc_error\",\"method\":\"eth_subscribe\"}")]
    [InlineData("{\"kind\":\"disconnect\",\"method\":\"eth_subscribe\"}")]
    [InlineData("{\"kind\":\"disconnect\",\"method\":\"eth_subscription\"}")]
    public async Task Without_announcements_the_head_is_asked_for(string fault)
    {
        await using var cluster = await FollowAsync("0.5", fault);
        var truth = Truth();

        for (var i = 0; i < 3; i++)
            await MineAsync(cluster, truth);

        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);
    }

    [Fact]
    public async Task Of_several_nodes_the_one_with_a_socket_announces()
    {
        await using var cluster = await FollowAsync(Never, alsoOverHttp: true);
        var truth = Truth();

        for (var i = 0; i < 5; i++)
            await MineAsync(cluster, truth);

        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);
    }

    [Fact]
    public async Task A_real_node_announces_its_blocks()
    {
        await using var node = await AnvilNode.StartAsync();
        var config = new Dictionary<string, string>(StringComparer.Ordinal) { ["poll_interval_secs"] = Never };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = null, Workers = 1, Config = config });
        cluster.AddProvider("anvil", AmpCluster.Network, Socket(node.Url), "rpc_batch_size = 10");
        await node.Client.CallAsync("anvil_mine", "0x14");
        await cluster.RegisterAsync(Dataset);
        await cluster.DeployAsync(Dataset);
        await AnsweredAsync(cluster, 20);
        await Eventually.TrueAsync(() => cluster.Workers.Values.Single().Log.Contains("announces new blocks", StringComparison.Ordinal), "the node announces", details: () => cluster.Tails());

        for (var number = 21UL; number <= 25; number++)
        {
            await node.Client.CallAsync("evm_mine");
            await AnsweredAsync(cluster, number);
        }

        for (var number = 0UL; number <= 25; number++)
            Assert.Equal((await node.Client.BlockAsync(number)).Block.GetProperty("hash").GetString(), await HashAsync(cluster, number));
    }

    [Fact]
    public async Task A_head_goes_over_to_the_providers_that_there_are_now()
    {
        var config = new Dictionary<string, string>(StringComparer.Ordinal) { ["poll_interval_secs"] = "0.5" };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = _chain, Workers = 1, Config = config });
        using var http = new HttpClient();
        await using var front = await FrontAsync(cluster, http);
        var truth = Truth();
        await cluster.RegisterAsync(Dataset);
        await cluster.DeployAsync(Dataset);
        await AnsweredAsync(cluster, _chain.Blocks);

        await ReplaceProviderAsync("devchain", "front", front.Address);
        await Eventually.TrueAsync(() => front.Sockets.Count > 0, "the new provider is used", details: () => cluster.Tails());
        await MineAsync(cluster, truth);

        await ReplaceProviderAsync("front", "devchain", cluster.ChainUrl!);
        await Eventually.TrueAsync(
            () => front.Sockets.All(s => s.ClosedByClient == WebSocketCloseStatus.NormalClosure), "the old provider's socket is closed", details: () => cluster.Tails());
        await MineAsync(cluster, truth);
        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);

        async Task ReplaceProviderAsync(string old, string name, Uri url)
        {
            await cluster.SendAsync(HttpMethod.Post, "/providers", new JsonObject { ["name"] = name, ["kind"] = "evm-rpc", ["network"] = AmpCluster.Network, ["url"] = url.ToString() });
            await cluster.SendAsync(HttpMethod.Delete, "/providers/" + old);
        }
    }

    [Fact]
    public async Task A_node_that_hangs_is_left_for_the_one_that_takes_its_place()
    {
        var config = new Dictionary<string, string>(StringComparer.Ordinal) { ["poll_interval_secs"] = "0.5" };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = _chain, Workers = 1, Config = config });
        using var http = new HttpClient();
        var hangs = false;
        await using var front = await FrontAsync(cluster, http, request => Volatile.Read(ref hangs) && request.Contains("eth_getBlockReceipts", StringComparison.Ordinal));
        cluster.AddProvider("devchain", AmpCluster.Network, front.Address);
        var truth = Truth();
        await cluster.RegisterAsync(Dataset);
        var job = await cluster.DeployAsync(Dataset);
        await AnsweredAsync(cluster, _chain.Blocks);

        // Its time-out alone takes as long as the scenario waits.
        Volatile.Write(ref hangs, true);
        await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 5 });
        var head = truth.Mine(5);
        await Eventually.TrueAsync(
            async () => (await cluster.GetAsync($"/jobs/{job}/progress")).GetProperty("target_block").GetUInt64() == head, "the head is told before its blocks are there", details: () => cluster.Tails());
        Assert.Equal(_chain.Blocks, await NewestAsync(cluster));

        cluster.AddProvider("devchain", AmpCluster.Network, cluster.ChainUrl!);
        await AnsweredAsync(cluster, head);
        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, head);
    }

    [Fact]
    public async Task A_worker_that_leaves_says_goodbye_to_the_node()
    {
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = _chain, Workers = 1 });
        using var http = new HttpClient();
        await using var front = await FrontAsync(cluster, http);
        cluster.AddProvider("devchain", AmpCluster.Network, front.Address);
        await cluster.RegisterAsync(Dataset);
        await cluster.DeployAsync(Dataset);
        await AnsweredAsync(cluster, _chain.Blocks);

        Assert.Equal(0, await cluster.Workers.Values.Single().StopAsync());

        Assert.NotEmpty(front.Sockets);
        await Eventually.TrueAsync(
            () => front.Sockets.Any(s => s.ClosedByClient == WebSocketCloseStatus.NormalClosure), "the worker's socket is closed", details: () => cluster.Tails());
    }

    /// <summary>A socket before the chain: each request is handed on, unless it is to be left unanswered.</summary>
    private static Task<ScriptedSocketNode> FrontAsync(AmpCluster cluster, HttpClient http, Func<string, bool>? isLeft = null) => ScriptedSocketNode.StartAsync(async (socket, request) =>
    {
        if (isLeft?.Invoke(request.GetRawText()) == true)
            return;
        using var answer = await http.PostAsJsonAsync(cluster.ChainUrl, request);
        await socket.SendAsync(await answer.Content.ReadAsStringAsync());
    });

    /// <summary>A cluster whose job is at the head of the chain, with the subscription made, unless a fault is in its way.</summary>
    private static async Task<AmpCluster> FollowAsync(string pollInterval, string? fault = null, bool alsoOverHttp = false)
    {
        var config = new Dictionary<string, string>(StringComparer.Ordinal) { ["poll_interval_secs"] = pollInterval };
        var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = _chain, Workers = 1, Config = config });
        try
        {
            OverSocket(cluster);
            if (alsoOverHttp)
                cluster.AddProvider("plain", AmpCluster.Network, cluster.ChainUrl!);
            if (fault is not null)
                await cluster.TellChainAsync("admin/faults", JsonNode.Parse(fault)!.AsObject());
            await cluster.RegisterAsync(Dataset);
            await cluster.DeployAsync(Dataset);
            await AnsweredAsync(cluster, _chain.Blocks);
            if (fault is null)
                await SubscribedAsync(cluster, 1);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    private static void OverSocket(AmpCluster cluster, string more = "") => cluster.AddProvider("devchain", AmpCluster.Network, Socket(cluster.ChainUrl!), more);

    private static Uri Socket(Uri url) => new UriBuilder(url) { Scheme = "ws" }.Uri;

    private static ChainTruth Truth() => ChainInTheLake.TruthOf(_chain, 8, 16);

    private static Task SubscribedAsync(AmpCluster cluster, int times, TimeSpan? deadline = null) => Eventually.TrueAsync(
        () => cluster.Workers.Values.Single().Log.Split("announces new blocks").Length > times, $"the head was subscribed to {times} times", deadline, () => cluster.Tails(40));

    private static async Task MineAsync(AmpCluster cluster, ChainTruth truth)
    {
        await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 1 });
        await AnsweredAsync(cluster, truth.Mine(1));
    }

    private static Task AnsweredAsync(AmpCluster cluster, ulong block) => Eventually.TrueAsync(
        async () => await NewestAsync(cluster) >= block, $"block {block} is answered", details: () => cluster.Tails(40));

    private static async Task<ulong> NewestAsync(AmpCluster cluster)
    {
        var rows = await cluster.QueryAsync($"""select coalesce(max(block_num), 0) as n from "{Dataset}".blocks""");
        return ulong.Parse(rows[0].GetProperty("n").ToString(), CultureInfo.InvariantCulture);
    }

    private static async Task<string?> HashAsync(AmpCluster cluster, ulong number)
    {
        var rows = await cluster.QueryAsync($"""select hash from "{Dataset}".blocks where block_num = {number}""");
        return rows.Count == 0 ? null : "0x" + rows[0].GetProperty("hash").GetString()!.Replace("0x", "", StringComparison.Ordinal);
    }
}
