using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amp.TestKit;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Extraction;

/// <summary>A continuous job stays at the head of a growing, reorganising chain.</summary>
public sealed class TheHeadIsFollowed(ITestOutputHelper output)
{
    private const string Dataset = "test/eth@1.0.0";

    [Fact]
    public async Task A_mined_block_is_answered_within_one_and_a_half_seconds()
    {
        var chain = new ChainSettings { Blocks = 50, Grade = "load", BlockTime = TimeSpan.FromSeconds(1) };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = chain, Workers = 1 });
        await cluster.RegisterAsync(Dataset);
        var deployed = Stopwatch.GetTimestamp();
        await cluster.DeployAsync(Dataset);
        await Eventually.TrueAsync(
            async () => (bool)(await cluster.Database.ScalarAsync("select exists (select 1 from segments)"))!, "a first segment", details: () => cluster.Tails());
        output.WriteLine($"deploy to first registered segment: {Stopwatch.GetElapsedTime(deployed).TotalMilliseconds:F0} ms");
        await Eventually.TrueAsync(
            async () => await NewestAsync(cluster) >= 50, "the head is reached", details: () => cluster.Tails());

        var delays = new List<double>();
        var last = await NewestAsync(cluster);
        while (delays.Count < 20)
        {
            var next = last + 1;
            await Eventually.TrueAsync(async () => await NewestAsync(cluster) >= next, $"block {next} is answered", details: () => cluster.Tails());
            var answered = TimeProvider.System.GetUtcNow();
            var mined = (await GetAsync(cluster, $"admin/blocks/{next}")).GetProperty("mined_at").GetDateTimeOffset();
            delays.Add((answered - mined).TotalMilliseconds);
            last = next;
        }

        delays.Sort();
        output.WriteLine($"mined to answered: median {delays[10]:F0} ms, p95 {delays[18]:F0} ms, max {delays[19]:F0} ms");
        Assert.True(delays[18] <= 1500, $"p95 is {delays[18]:F0} ms: {string.Join(' ', delays.Select(d => d.ToString("F0", CultureInfo.InvariantCulture)))}");
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
            await PostAsync(cluster, "admin/mine", new JsonObject { ["count"] = 1 });
            var head = truth.Mine(1);
            await Eventually.TrueAsync(async () => await NewestAsync(cluster) >= head, $"block {head}", details: () => cluster.Tails());
        }

        await PostAsync(cluster, "admin/reorg", new JsonObject { ["depth"] = depth, ["extra"] = extra });
        truth.Reorganise(depth, extra);
        var last = truth.Head;
        await Eventually.TrueAsync(
            async () => await HashAsync(cluster, last) == truth.Block(last).Hash, $"the new block {last} is answered", details: () => cluster.Tails());
        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, last);
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

    private static async Task PostAsync(AmpCluster cluster, string path, JsonObject body)
    {
        using var http = new HttpClient { BaseAddress = cluster.ChainUrl };
        using var answer = await http.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
