using System.Globalization;
using Amp.DevChain;
using Amp.DevChain.Chain;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Extraction;

/// <summary>Compares what the server answers about a dataset with what the seed of the chain says.</summary>
internal static class ChainInTheLake
{
    /// <summary>Every block from 0 to <paramref name="last"/> is there exactly once in every table, sums agree, hashes link.</summary>
    public static async Task AssertWholeAsync(AmpCluster cluster, string dataset, ChainTruth truth, ulong last)
    {
        var sums = truth.Sum(0, last);
        var blocks = await RowAsync(cluster, $"""
            select count(*) as n, count(distinct block_num) as numbers, min(block_num) as first, max(block_num) as last,
                   cast(sum(gas_used) as varchar) as gas, count(distinct hash) as hashes
            from "{dataset}".blocks
            """);
        Assert.Equal(last + 1, Number(blocks, "n"));
        Assert.Equal(last + 1, Number(blocks, "numbers"));
        Assert.Equal(last + 1, Number(blocks, "hashes"));
        Assert.Equal(0UL, Number(blocks, "first"));
        Assert.Equal(last, Number(blocks, "last"));
        Assert.Equal(sums.GasUsed.ToString(CultureInfo.InvariantCulture), Text(blocks, "gas"));

        var transactions = await RowAsync(cluster, $"""
            select count(*) as n, count(distinct tx_hash) as hashes, count(*) filter (where not status) as failed, cast(sum(gas_used) as varchar) as gas
            from "{dataset}".transactions
            """);
        Assert.Equal(sums.Transactions, Number(transactions, "n"));
        Assert.Equal(sums.Transactions, Number(transactions, "hashes"));
        Assert.Equal(sums.FailedTransactions, Number(transactions, "failed"));
        Assert.Equal(sums.GasUsed.ToString(CultureInfo.InvariantCulture), Text(transactions, "gas"));

        var logs = await RowAsync(cluster, $"""
            select count(*) as n, count(distinct block_num * 100000 + log_index) as places from "{dataset}".logs
            """);
        Assert.Equal(sums.Logs, Number(logs, "n"));
        Assert.Equal(sums.Logs, Number(logs, "places"));

        var unlinked = await RowAsync(cluster, $"""
            select count(*) as n from "{dataset}".blocks b join "{dataset}".blocks p on p.block_num + 1 = b.block_num where b.parent_hash <> p.hash
            """);
        Assert.Equal(0UL, Number(unlinked, "n"));
        var strangers = await RowAsync(cluster, $"""
            select count(*) as n from "{dataset}".logs l left join "{dataset}".transactions t on t.tx_hash = l.tx_hash and t.block_num = l.block_num
            where t.tx_hash is null
            """);
        Assert.Equal(0UL, Number(strangers, "n"));

        foreach (var number in new[] { 0UL, last / 3, last })
        {
            var block = await RowAsync(cluster, $"""select hash, parent_hash from "{dataset}".blocks where block_num = {number}""");
            Assert.Equal(truth.Block(number).Hash, Hex(Text(block, "hash")));
            Assert.Equal(truth.Block(number).ParentHash, Hex(Text(block, "parent_hash")));
        }
    }

    public static ChainTruth TruthOf(ChainSettings chain, int transactionsPerBlock, int logsPerBlock) => new(new DevChainSettings
    {
        Seed = chain.Seed,
        Grade = chain.Grade == "load" ? Grade.Load : Grade.Full,
        Blocks = chain.Blocks,
        TransactionsPerBlock = transactionsPerBlock,
        LogsPerBlock = logsPerBlock,
    });

    private static async Task<System.Text.Json.JsonElement> RowAsync(AmpCluster cluster, string sql) =>
        Assert.Single(await cluster.QueryAsync(sql.ReplaceLineEndings(" ")));

    private static ulong Number(System.Text.Json.JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: System.Text.Json.JsonValueKind.String } text
            ? ulong.Parse(text.GetString()!, CultureInfo.InvariantCulture)
            : row.GetProperty(name).GetUInt64();

    private static string Text(System.Text.Json.JsonElement row, string name) => row.GetProperty(name).GetString()!;

    private static string Hex(string text) => text.StartsWith("0x", StringComparison.Ordinal) ? text : "0x" + text;
}
