using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.ScenarioTests.Compaction;
using Amp.TestKit;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Extraction;

/// <summary>
/// A chain that is reorganised again and again, at random, while clients ask: no answer ever shows two blocks of one height, or a block whose parent is not
/// the block before it, and in the end the lake is the chain. AMP_TEST_REORG_SEED repeats a run.
/// </summary>
public sealed class ReorganisedAtRandom
{
    private const string Dataset = "test/eth@1.0.0";
    private const int Rounds = 12;
    private const int Clients = 2;
    private const ulong First = 150;

    private static readonly ulong[] _depths = [1, 1, 2, 2, 3, 7, 7, 20, 64];

    [Fact]
    public async Task What_is_answered_is_one_chain_at_every_moment()
    {
        var seed = SoakSettings.SeedOfReorganisations();
        TestContext.Current.TestOutputHelper!.WriteLine($"AMP_TEST_REORG_SEED={seed}");
        var random = new Random(seed);
        var chain = new ChainSettings { Blocks = First, Grade = "load" };
        var config = new Dictionary<string, string>(MergingCluster.Config(lockSecs: "2"), StringComparer.Ordinal) { ["poll_interval_secs"] = "0.1" };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = chain, Workers = 2, Config = config });
        await cluster.RegisterAsync(Dataset);
        await cluster.DeployAsync(Dataset);
        var truth = ChainInTheLake.TruthOf(chain, 8, 16);
        await ReachedAsync(cluster, truth, seed);

        using var over = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => AskAsync(cluster, over.Token)).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            var mined = (ulong)random.Next(0, 6);
            if (mined > 0)
            {
                await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = mined });
                truth.Mine(mined);
            }

            // Now and then the lake is left behind, so that it meets several reorganisations at once.
            if (random.Next(4) > 0)
                await ReachedAsync(cluster, truth, seed);
            for (var times = random.Next(4) == 0 ? 2 : 1; times > 0; times--)
            {
                if (round > 0 && random.Next(5) == 0)
                {
                    // Back to the branch that the lake had before.
                    var more = (ulong)random.Next(3);
                    await cluster.TellChainAsync("admin/return", new JsonObject { ["extra"] = more });
                    truth.Return(more);
                    continue;
                }

                // Without more blocks above the old height the new chain is as high as the one that it replaces.
                var (depth, extra) = (_depths[random.Next(_depths.Length)], (ulong)random.Next(3));
                await cluster.TellChainAsync("admin/reorg", new JsonObject { ["depth"] = depth, ["extra"] = extra });
                truth.Reorganise(depth, extra);
            }
        }

        await ReachedAsync(cluster, truth, seed);
        await over.CancelAsync();
        var asked = await Task.WhenAll(clients);
        Assert.All(asked, n => Assert.True(n > 0, $"seed {seed}: a client was never answered"));
        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);

        // The catalogue and the files say the same, and nothing is left on the way.
        await Eventually.TrueAsync(
            async () => (bool)(await cluster.Database.ScalarAsync("select not exists (select 1 from announced_uploads where collected_at is null)"))!, "nothing is announced", details: () => cluster.Tails());
    }

    private static Task ReachedAsync(AmpCluster cluster, Amp.DevChain.Chain.ChainTruth truth, int seed)
    {
        var (head, hash) = (truth.Head, truth.Block(truth.Head).Hash);
        return Eventually.TrueAsync(
            async () =>
            {
                var rows = await cluster.QueryAsync($"""select hash from "{Dataset}".blocks where block_num = {head}""");
                return rows.Count == 1 && "0x" + rows[0].GetProperty("hash").GetString()!.Replace("0x", "", StringComparison.Ordinal) == hash;
            },
            $"block {head} of the chain is answered (AMP_TEST_REORG_SEED={seed})",
            TimeSpan.FromMinutes(1),
            () => cluster.Tails());
    }

    /// <summary>Asks without pause whether what is answered is one chain; gives the number of answers.</summary>
    private static async Task<int> AskAsync(AmpCluster cluster, CancellationToken over)
    {
        const string Sql = $"""
            select count(*) as n, count(distinct block_num) as heights, max(block_num) - min(block_num) + 1 as length,
                count(*) filter (where parent_hash <> before) as strangers,
                (select count(*) from "{Dataset}".logs l where not exists (select 1 from "{Dataset}".blocks b where b.block_num = l.block_num and b.hash = l.block_hash)) as lost
            from (select block_num, parent_hash, lag(hash) over (order by block_num) as before from "{Dataset}".blocks)
            """;
        var asked = 0;
        for (; !over.IsCancellationRequested; asked++)
        {
            var row = Assert.Single(await cluster.QueryAsync(Sql.ReplaceLineEndings(" ")));
            var n = Number(row, "n");
            Assert.True(
                n > First / 2 && Number(row, "heights") == n && Number(row, "length") == n && Number(row, "strangers") == 0 && Number(row, "lost") == 0,
                $"this is not one chain: {row.GetRawText()}");
        }

        return asked;
    }

    private static ulong Number(JsonElement row, string name) => ulong.Parse(row.GetProperty(name).ToString(), CultureInfo.InvariantCulture);
}
