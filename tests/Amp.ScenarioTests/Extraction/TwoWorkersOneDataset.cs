using System.Globalization;
using Amp.TestKit;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Extraction;

/// <summary>Many workers extract one dataset: nothing twice, nothing missing, whatever happens to one of them.</summary>
public sealed class TwoWorkersOneDataset
{
    private const int TransactionsPerBlock = 2;
    private const int LogsPerBlock = 3;

    private static ChainSettings Chain(ulong blocks) => new()
    {
        Blocks = blocks,
        Seed = 7,
        Grade = "load",
        Arguments = [
            "--transactions", TransactionsPerBlock.ToString(CultureInfo.InvariantCulture),
            "--logs", LogsPerBlock.ToString(CultureInfo.InvariantCulture),
        ],
    };

    [Fact]
    public async Task A_hundred_thousand_blocks_are_there_exactly_once()
    {
        const ulong last = 99_999;
        var chain = Chain(last);
        await using var cluster = await StartAsync(chain);
        var job = await cluster.DeployAsync("test/eth@1.0.0", last.ToString(CultureInfo.InvariantCulture));
        await cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(4));
        await ChainInTheLake.AssertWholeAsync(cluster, "test/eth@1.0.0", ChainInTheLake.TruthOf(chain, TransactionsPerBlock, LogsPerBlock), last);

        var workers = await cluster.Database.ScalarAsync(
            $"select count(distinct node_id) from job_events where job_id = {job} and event_type = 'RANGE_DONE'");
        Assert.Equal(2L, workers);
    }

    private static async Task<AmpCluster> StartAsync(ChainSettings chain)
    {
        var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Chain = chain });
        await cluster.RegisterAsync("test/eth@1.0.0");
        return cluster;
    }
}
