using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amp.DevChain.Chain;
using Amp.ScenarioTests.Extraction;
using Amp.TestKit;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Compaction;

/// <summary>Reorganisations while everything is merged as soon as it is there: the lake becomes the node's chain, and no query sees two branches.</summary>
public sealed class ReorganisedAcrossMerges
{
    private const string Dataset = "test/eth@1.0.0";

    [Fact]
    public async Task Again_and_again_across_what_was_merged()
    {
        var chain = new ChainSettings { Blocks = 80, Grade = "full" };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = chain, Workers = 2, Config = MergingCluster.Config(lockSecs: "2") });
        await cluster.RegisterAsync(Dataset);
        await cluster.DeployAsync(Dataset);
        var truth = ChainInTheLake.TruthOf(chain, 8, 16);
        await BecomesAsync(cluster, truth);

        using var end = new CancellationTokenSource();
        var watch = Task.Run(() => WatchAsync(cluster, end.Token));
        (ulong Depth, ulong Extra)[] reorganisations = [(1, 0), (2, 1), (7, 0), (7, 3), (1, 1), (64, 0), (64, 2), (3, 0)];
        foreach (var (depth, extra) in reorganisations)
        {
            for (var i = 0; i < 3; i++)
            {
                await cluster.TellChainAsync("admin/mine", new JsonObject { ["count"] = 1 });
                truth.Mine(1);
                await BecomesAsync(cluster, truth);
            }

            await cluster.TellChainAsync("admin/reorg", new JsonObject { ["depth"] = depth, ["extra"] = extra });
            truth.Reorganise(depth, extra);
            await (await Task.WhenAny(BecomesAsync(cluster, truth), watch));
        }

        // Back to the branch that was left, and forth again.
        foreach (var extra in (ulong[])[1, 0, 2])
        {
            await cluster.TellChainAsync("admin/return", new JsonObject { ["extra"] = extra });
            truth.Return(extra);
            await (await Task.WhenAny(BecomesAsync(cluster, truth), watch));
        }

        await end.CancelAsync();
        Assert.True(await watch > reorganisations.Length, "the queries ran beside them");
        await BecomesAsync(cluster, truth);
        await ChainInTheLake.AssertWholeAsync(cluster, Dataset, truth, truth.Head);
        Assert.True((bool)(await cluster.Database.ScalarAsync("select exists (select 1 from segments where generation > 1)"))!, "segments were merged");
    }

    private static Task BecomesAsync(AmpCluster cluster, ChainTruth truth) => Eventually.TrueAsync(
        async () =>
        {
            var rows = await cluster.QueryAsync($"select max(block_num) as n, max_by(hash, block_num) as hash from \"{Dataset}\".blocks");
            return rows is [var row] && row.TryGetProperty("hash", out var value) && value.GetString() is { } hash
                && truth.Block(truth.Head).Hash.EndsWith(hash.Replace("0x", "", StringComparison.Ordinal), StringComparison.Ordinal);
        },
        $"block {truth.Head} is answered", TimeSpan.FromMinutes(1), () => cluster.Tails());

    /// <summary>In each answer every height is there once, each block follows the one before, and the logs are of the blocks beside them.</summary>
    private static async Task<int> WatchAsync(AmpCluster cluster, CancellationToken end)
    {
        var queries = 0;
        for (; !end.IsCancellationRequested; queries++)
        {
            var row = (await cluster.QueryAsync($"""
                select (select count(*) - count(distinct block_num) from "{Dataset}".blocks) as twice,
                       (select count(*) from "{Dataset}".blocks b join "{Dataset}".blocks p on p.block_num + 1 = b.block_num where b.parent_hash <> p.hash) as unlinked,
                       (select count(*) from "{Dataset}".logs l left join "{Dataset}".blocks b on b.hash = l.block_hash where b.hash is null) as strangers,
                       (select count(*) from "{Dataset}".transactions t left join "{Dataset}".blocks b on b.hash = t.block_hash where b.hash is null) as others
                """.ReplaceLineEndings(" ")))[0];
            Assert.Equal("0 0 0 0", string.Join(' ', new[] { "twice", "unlinked", "strangers", "others" }.Select(n => row.GetProperty(n).ToString())));
        }

        return queries;
    }
}
