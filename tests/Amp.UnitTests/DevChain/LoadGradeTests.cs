using System.Text.Json;
using Amp.DevChain;
using Amp.DevChain.Chain;
using Amp.TestKit.Ethereum;

namespace Amp.UnitTests.DevChain;

public sealed class LoadGradeTests
{
    private static readonly DevChainSettings Settings = new() { Grade = Grade.Load, Seed = 3, Blocks = 300, TransactionsPerBlock = 6, LogsPerBlock = 10 };

    [Fact]
    public async Task Blocks_link_and_agree_with_their_receipts()
    {
        await using var node = await DevChainNode.StartAsync(Settings);
        var parent = "0x" + new string('0', 64);
        var hashes = new HashSet<string>();
        var empty = 0;
        for (ulong number = 0; number <= Settings.Blocks; number++)
        {
            var block = await node.BlockAsync(number);
            BlockAssert.Consistent(block, await node.ReceiptsAsync(number));
            Assert.Equal(number, (ulong)block.Number("number"));
            Assert.Equal(Settings.GenesisTime + number * Settings.TimestampInterval, (ulong)block.Number("timestamp"));
            Assert.Equal(parent, block.GetProperty("parentHash").GetString());
            parent = block.GetProperty("hash").GetString()!;
            Assert.True(hashes.Add(parent));
            Assert.All(block.Items("transactions"), tx => Assert.True(hashes.Add(tx.GetProperty("hash").GetString()!)));
            empty += block.Items("transactions").Any() ? 0 : 1;
        }

        Assert.InRange(empty, 2, 40);
    }

    [Fact]
    public async Task Numbers_have_no_leading_zeros_and_data_whole_bytes()
    {
        await using var node = await DevChainNode.StartAsync(Settings);
        string[] numbers = ["blockNumber", "nonce", "gas", "gasPrice", "value", "v", "r", "s", "transactionIndex", "type"];
        for (ulong number = 1; number <= 60; number++)
        {
            foreach (var tx in (await node.BlockAsync(number)).Items("transactions"))
            {
                Assert.All(numbers, name => Assert.Matches("^0x(0|[1-9a-f][0-9a-f]*)$", tx.GetProperty(name).GetString()));
                Assert.Matches("^0x([0-9a-f]{2})*$", tx.GetProperty("input").GetString());
                Assert.Matches("^0x[0-9a-f]{40}$", tx.GetProperty("from").GetString());
            }
        }
    }

    [Fact]
    public async Task Blocks_transactions_and_receipts_are_found_by_hash()
    {
        await using var node = await DevChainNode.StartAsync(Settings);
        foreach (var number in new ulong[] { 0, 1, 150, 300 })
        {
            var block = await node.BlockAsync(number);
            Assert.True(JsonElement.DeepEquals(block, await node.CallAsync("eth_getBlockByHash", block.GetProperty("hash").GetString()!, true)));
            foreach (var (tx, receipt) in block.Items("transactions").Zip(await node.ReceiptsAsync(number)))
            {
                var hash = tx.GetProperty("hash").GetString()!;
                Assert.True(JsonElement.DeepEquals(tx, await node.CallAsync("eth_getTransactionByHash", hash)));
                Assert.True(JsonElement.DeepEquals(receipt, await node.CallAsync("eth_getTransactionReceipt", hash)));
            }
        }

        Assert.Equal(JsonValueKind.Null, (await node.CallAsync("eth_getBlockByHash", "0x" + new string('1', 64), false)).ValueKind);
        Assert.Equal(JsonValueKind.Null, (await node.CallAsync("eth_getTransactionReceipt", "0x" + new string('1', 64))).ValueKind);
    }

    [Fact]
    public async Task The_truth_without_a_node_is_what_the_node_answers()
    {
        await using var node = await DevChainNode.StartAsync(Settings);
        var truth = new ChainTruth(Settings);
        ulong transactions = 0, failed = 0, logs = 0, gas = 0;
        for (ulong number = 0; number <= 100; number++)
        {
            var block = await node.BlockAsync(number);
            var receipts = await node.ReceiptsAsync(number);
            var facts = truth.Block(number);
            Assert.Equal(block.GetProperty("hash").GetString(), facts.Hash);
            Assert.Equal(block.GetProperty("parentHash").GetString(), facts.ParentHash);
            Assert.Equal((ulong)block.Number("timestamp"), facts.Timestamp);
            transactions += (ulong)receipts.Count;
            failed += (ulong)receipts.Count(receipt => receipt.Number("status").IsZero);
            logs += (ulong)receipts.Sum(receipt => receipt.Items("logs").Count());
            gas += (ulong)block.Number("gasUsed");
        }

        Assert.Equal(new ChainSums(101, transactions, failed, logs, gas), truth.Sum(0, 100));
        Assert.Equal(gas.ToString(), (await node.AdminAsync("truth?from=0&to=100")).GetProperty("gas_used").GetString());
    }

    [Fact]
    public async Task A_dense_block_is_about_half_a_megabyte()
    {
        await using var node = await DevChainNode.StartAsync(Settings with { TransactionsPerBlock = 150, LogsPerBlock = 300 });
        var sums = node.Simulation.Sum(1, 300);
        Assert.InRange(sums.Transactions / 300.0, 130, 160);
        Assert.InRange(sums.Logs / 300.0, 260, 320);
        long bytes = 0;
        for (ulong number = 1; number <= 40; number++)
        {
            bytes += (await node.TextAsync(DevChainNode.Request("eth_getBlockByNumber", $"0x{number:x}", true))).Length;
            bytes += (await node.TextAsync(DevChainNode.Request("eth_getBlockReceipts", $"0x{number:x}"))).Length;
        }

        Assert.InRange(bytes / 40, 400_000, 520_000);
    }
}
