using System.Globalization;
using System.Text.Json;
using Amp.TestKit;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Extraction;

/// <summary>The database is gone for good; the lake alone is enough to go on.</summary>
public sealed class TheCatalogueIsLost
{
    private const ulong Last = 3_000;

    private static readonly string[] _questions =
    [
        """select count(*) as n, sum(gas_used)::varchar as gas, max(hash) as last from "test/eth@1.0.0".blocks""",
        """select block_num, tx_index, tx_hash, "from", value from "test/eth@1.0.0".transactions order by block_num, tx_index limit 500""",
        """select b.block_num, count(l.log_index) as logs from "test/eth".blocks b left join "test/eth".logs l on l.block_num = b.block_num group by 1 order by 1""",
        """select count(*) as n from "test/eth@dev".blocks""",
        """select min(block_num) as low, max(block_num) as high from "test/eth@2.0.0".blocks""",
        """select min(block_num) as low, max(block_num) as high from "test/eth@1.5.0".blocks""",
    ];

    [Fact]
    public async Task A_fresh_database_answers_the_same_and_the_job_goes_on()
    {
        var chain = new ChainSettings { Blocks = Last, Seed = 5, Grade = "load" };
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { OnS3 = true, Chain = chain });

        // Two versions, each with data of its own; the names of the first move on.
        await cluster.RegisterAsync("test/eth@1.0.0");
        await cluster.WaitForJobAsync(await cluster.DeployAsync("test/eth@1.0.0", Text(2_000)), "COMPLETED", TimeSpan.FromMinutes(1));
        await cluster.RegisterAsync("test/eth@2.0.0", startBlock: 1_000);
        await cluster.WaitForJobAsync(await cluster.DeployAsync("test/eth@2.0.0", Text(1_500)), "COMPLETED", TimeSpan.FromMinutes(1));

        // What is named when all of it lies there already.
        await cluster.RegisterAsync("test/eth@1.5.0");
        await Eventually.TrueAsync(
            async () => (await cluster.Bucket!.KeysAsync()).Any(k => k.Contains("@1.5.0@", StringComparison.Ordinal)), "the lake has the new name", details: () => cluster.Tails());
        var before = await AnswersAsync(cluster);
        Assert.Equal("2001", before[0][0].GetProperty("n").ToString());
        var files = await cluster.FilesAsync();

        // All there is of the old cluster is its lake.
        await using var fresh = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            OnS3 = true,
            Workers = 1,
            Chain = null,
            Config = new Dictionary<string, string>(StringComparer.Ordinal) { ["data_dir"] = cluster.DataDir },
        });
        fresh.AddProvider("devchain", AmpCluster.Network, cluster.ChainUrl!);
        var restored = await fresh.SendAsync(HttpMethod.Post, "/catalog/restore");
        Assert.Empty(restored.GetProperty("problems").EnumerateArray());
        var datasets = restored.GetProperty("datasets").EnumerateArray().ToList();
        Assert.Equal(2, datasets.Count);
        Assert.All(datasets.SelectMany(d => d.GetProperty("tables").EnumerateArray()), t => Assert.Empty(t.GetProperty("problems").EnumerateArray()));
        Assert.Equal(files.Count, datasets.SelectMany(d => d.GetProperty("tables").EnumerateArray()).Sum(t => t.GetProperty("registered_files").GetInt32()));

        var after = await AnswersAsync(fresh);
        for (var i = 0; i < _questions.Length; i++)
            Assert.True(Same(before[i], after[i]), _questions[i]);

        // What is there is not read again; what was not there yet is.
        await fresh.WaitForJobAsync(await fresh.DeployAsync("test/eth@1.0.0", Text(Last)), "COMPLETED", TimeSpan.FromMinutes(1));
        Assert.Equal(Last + 1, (await fresh.QueryAsync("""select count(distinct hash) as n from "test/eth@1.0.0".blocks"""))[0].GetProperty("n").GetUInt64());
        Assert.Equal(2_001L, await fresh.Database.ScalarAsync("select min(start_block) from segments where range_id is not null"));
        Assert.Equal(0L, await fresh.Database.ScalarAsync(
            "select count(*) from segments a join segments b on a.revision_id = b.revision_id and a.id < b.id and a.start_block <= b.end_block and b.start_block <= a.end_block"));

        // Once more changes nothing.
        var again = await fresh.SendAsync(HttpMethod.Post, "/catalog/restore");
        Assert.All(
            again.GetProperty("datasets").EnumerateArray().SelectMany(d => d.GetProperty("tables").EnumerateArray()),
            t => Assert.Equal(0, t.GetProperty("registered_files").GetInt32()));
    }

    private static async Task<List<IReadOnlyList<JsonElement>>> AnswersAsync(AmpCluster cluster)
    {
        var answers = new List<IReadOnlyList<JsonElement>>();
        foreach (var question in _questions)
            answers.Add(await cluster.QueryAsync(question));
        return answers;
    }

    private static bool Same(IReadOnlyList<JsonElement> one, IReadOnlyList<JsonElement> other) =>
        one.Count > 0 && one.Select(r => r.GetRawText()).SequenceEqual(other.Select(r => r.GetRawText()), StringComparer.Ordinal);

    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
