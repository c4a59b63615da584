using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amp.TestKit;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Extraction;

/// <summary>A continuous job stays at the head of a growing, reorganising chain.</summary>
public sealed class TheHeadIsFollowed
{
    private const string Dataset = "test/eth@1.0.0";

    [Fact]
    public async Task Each_block_that_is_mined_is_answered_without_a_deploy_or_a_restart()
    {
        var chain = new ChainSettings { Blocks = 50, Grade = "load", BlockTime = TimeSpan.FromSeconds(1) };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = chain, Workers = 1 });
        await cluster.RegisterAsync(Dataset);
        await cluster.DeployAsync(Dataset);
        await Eventually.TrueAsync(
            async () => await NewestAsync(cluster) >= 50, "the head is reached", details: () => cluster.Tails());

        // How fast is a benchmark's question (head), not a test's.
        var last = await NewestAsync(cluster);
        for (var next = last + 1; next <= last + 10; next++)
        {
            var block = next;
            await Eventually.TrueAsync(async () => await NewestAsync(cluster) >= block, $"block {block} is answered", details: () => cluster.Tails());
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 0)]
    [InlineData(40, 1)]
    public async Task A_reorganisation_heals(ulong depth, ulong extra)
    {
        var chain = new ChainSettings { Blocks = 60, Grade = "full" };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = chain, Workers = 1 });
        await cluster.RegisterAsync(Dataset);
        await cluster.DeployAsync(Dataset);
        var truth = ChainInTheLake.TruthOf(chain, 8, 16);
        await Eventually.TrueAsync(async () => await NewestAsync(cluster) >= 60, "the head is reached", details: () => cluster.Tails());

        // Some blocks one by one, so that the reorganisation crosses segments.
        for (var i = 0; i < 4; i++)
        {
            await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 1 });
            var head = truth.Mine(1);
            await Eventually.TrueAsync(async () => await NewestAsync(cluster) >= head, $"block {head}", details: () => cluster.Tails());
        }

        await cluster.TellChainAsync("admin/reorg", new JsonObject { ["depth"] = depth, ["extra"] = extra });
        truth.Reorganise(depth, extra);
        var last = truth.Head;
        await Eventually.TrueAsync(
            async () => await HashAsync(cluster, last) == truth.Block(last).Hash, $"the new block {last} is answered", details: () => cluster.Tails());
        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, last);
    }

    [Fact]
    public async Task A_node_that_contradicts_itself_is_asked_at_the_pace_of_the_head()
    {
        var chain = new ChainSettings { Blocks = 20, Grade = "load" };
        var config = new Dictionary<string, string>(StringComparer.Ordinal) { ["poll_interval_secs"] = "2" };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = chain, Workers = 1, Config = config });
        await cluster.RegisterAsync(Dataset);
        await cluster.DeployAsync(Dataset);
        await Eventually.TrueAsync(async () => await NewestAsync(cluster) >= 20, "the head is reached", details: () => cluster.Tails());

        await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 1 });
        await Eventually.TrueAsync(async () => await NewestAsync(cluster) == 21, "the head is followed", details: () => cluster.Tails());

        // Block 21 is still the node's, and block 22 says that it comes after another.
        await cluster.TellChainAsync("admin/faults", new JsonObject { ["kind"] = "wrong_parent", ["block"] = 22 });
        await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 1 });
        const string looks = "from (select created_at from job_events where event_type = 'REORGANISED' order by id limit 4) e";
        await Eventually.TrueAsync(
            async () => (long)(await cluster.Database.ScalarAsync($"select count(*) {looks}"))! == 4, "the contradiction is seen again", details: () => cluster.Tails());
        var span = (TimeSpan)(await cluster.Database.ScalarAsync($"select max(created_at) - min(created_at) {looks}"))!;
        Assert.True(span > TimeSpan.FromSeconds(1), $"four looks within {span}");

        await cluster.TellChainAsync("admin/clear", []);
        await Eventually.TrueAsync(async () => await NewestAsync(cluster) == 22, "the block is answered", details: () => cluster.Tails());
    }

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

    private static async Task<System.Text.Json.JsonElement> GetAsync(AmpCluster cluster, string path)
    {
        using var http = new HttpClient { BaseAddress = cluster.ChainUrl };
        return await http.GetFromJsonAsync<System.Text.Json.JsonElement>(path);
    }
}
