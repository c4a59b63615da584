using System.Globalization;
using Amp.ScenarioTests.Extraction;
using Amp.ScenarioTests.Faults;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Compaction;

/// <summary>Compaction and collection at full speed, two workers that write, eight clients that query without pause.</summary>
public sealed class QueriesGoOn
{
    private const ulong Last = 6_000;
    private const int Clients = 8;

    private static readonly ChainSettings _chain = new() { Blocks = Last, Seed = 7, Grade = "load" };

    [Fact]
    public async Task No_query_fails_and_none_differs_from_the_chain()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { Config = MergingCluster.Config(lockSecs: "2") });
        await faulty.HoldsAsync("exists (select 1 from segments where merged_at is not null)", "the first merge is registered");

        using var end = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(i => Task.Run(() => QueryAsync(faulty.Cluster, i, end.Token))).ToArray();
        var verifying = Task.Run(() => VerifyAsync(faulty.Cluster, end.Token));
        await Task.WhenAny([faulty.CompletesAsync(), .. clients]);
        await Task.WhenAny([faulty.IsQuietAsync(), .. clients]);
        await end.CancelAsync();
        var queries = await Task.WhenAll(clients);

        await verifying;
        await faulty.EndsWholeAsync();
        Assert.True((await faulty.Cluster.VerifyAsync(FaultyCluster.Dataset)).GetProperty("whole").GetBoolean());
        Assert.All(queries, q => Assert.True(q > 0, $"queries of each client: {string.Join(", ", queries)}"));
        Assert.True((long)(await faulty.Cluster.Database.ScalarAsync("select max(generation) from segments"))! > 2, "merges of merges");
    }

    /// <summary>Blocks are missing as long as the job runs; no file is ever missing, another, or nobody's, and the tables end together.</summary>
    private static async Task VerifyAsync(AmpCluster cluster, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var report = await cluster.VerifyAsync(FaultyCluster.Dataset);
            Assert.Empty(report.GetProperty("problems").EnumerateArray());
            Assert.DoesNotContain(
                report.GetProperty("tables").EnumerateArray().SelectMany(t => t.GetProperty("problems").EnumerateArray()), p => p.TryGetProperty("file", out _));
        }
    }

    private static async Task<int> QueryAsync(AmpCluster cluster, int client, CancellationToken end)
    {
        var truth = ChainInTheLake.TruthOf(_chain, 2, 3);
        var random = new Random(client);
        var queries = 0;
        while (!end.IsCancellationRequested)
        {
            var newest = Number((await cluster.QueryAsync($"select max(block_num) as n from \"{FaultyCluster.Dataset}\".blocks"))[0], "n");
            var first = (ulong)random.NextInt64((long)newest);
            var row = (await cluster.QueryAsync($"""
                select b.n as blocks, b.hashes as hashes, t.n as transactions, t.gas as gas, l.n as logs, j.n as joined
                from (select count(*) as n, count(distinct hash) as hashes from "{FaultyCluster.Dataset}".blocks where block_num between {first} and {newest}) b,
                     (select count(*) as n, cast(sum(gas_used) as varchar) as gas from "{FaultyCluster.Dataset}".transactions where block_num between {first} and {newest}) t,
                     (select count(*) as n from "{FaultyCluster.Dataset}".logs where block_num between {first} and {newest}) l,
                     (select count(*) as n from "{FaultyCluster.Dataset}".logs l join "{FaultyCluster.Dataset}".blocks b on b.hash = l.block_hash where b.block_num between {first} and {newest}) j
                """.ReplaceLineEndings(" ")))[0];
            var sums = truth.Sum(first, newest);
            Assert.Equal(
                (first, newest, newest - first + 1, newest - first + 1, (ulong)sums.Transactions, (ulong)sums.Logs, (ulong)sums.Logs, sums.GasUsed.ToString(CultureInfo.InvariantCulture)),
                (first, newest, Number(row, "blocks"), Number(row, "hashes"), Number(row, "transactions"), Number(row, "logs"), Number(row, "joined"), row.GetProperty("gas").GetString()));
            queries += 2;
        }

        return queries;
    }

    private static ulong Number(System.Text.Json.JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: System.Text.Json.JsonValueKind.String } text
            ? ulong.Parse(text.GetString()!, CultureInfo.InvariantCulture)
            : row.GetProperty(name).GetUInt64();
}
