using System.Text.Json;
using Amp.DevChain;
using Amp.TestKit.Ethereum;

namespace Amp.UnitTests.DevChain;

/// <summary>Everything a block of the full grade claims, recomputed by the test kit, which shares no code with the node.</summary>
public sealed class FullGradeTests(FullGradeChain chain) : IClassFixture<FullGradeChain>
{
    private static readonly DevChainSettings Settings = FullGradeChain.Settings;

    [Fact]
    public async Task Hashes_roots_blooms_and_sizes_come_out_of_what_the_blocks_hold()
    {
        var node = chain.Node;
        var parent = "0x" + new string('0', 64);
        for (ulong number = 0; number <= Settings.Blocks; number++)
        {
            var block = await node.BlockAsync(number);
            var receipts = await node.ReceiptsAsync(number);
            Assert.Equal(parent, block.GetProperty("parentHash").GetString());
            parent = block.GetProperty("hash").GetString()!;
            Assert.Equal(parent, HexJson.ToHex(HeaderHash.Of(block)));
            AssertSame(block, "transactionsRoot", BlockRoots.OfTransactions(block));
            AssertSame(block, "receiptsRoot", BlockRoots.OfReceipts(receipts));
            AssertSame(block, "withdrawalsRoot", BlockRoots.OfWithdrawals(block));
            AssertSame(block, "logsBloom", Bloom.OfReceipts(receipts));
            Assert.Equal(Size(block), (int)block.Number("size"));
            Assert.All(receipts, receipt => AssertSame(receipt, "logsBloom", Bloom.OfLogs(receipt.Items("logs"))));
        }
    }

    [Fact]
    public async Task Signatures_recover_to_from_and_hashes_come_out_of_the_transactions()
    {
        var node = chain.Node;
        var senders = new HashSet<string>();
        var authorities = new HashSet<string>();
        for (ulong number = 1; number <= Settings.Blocks; number++)
        {
            foreach (var tx in (await node.BlockAsync(number)).Items("transactions"))
            {
                AssertSame(tx, "hash", TransactionEncoding.Hash(tx));
                AssertSame(tx, "from", SenderRecovery.OfTransaction(tx));
                senders.Add(tx.GetProperty("from").GetString()!);
                authorities.UnionWith(tx.Items("authorizationList").Select(item => HexJson.ToHex(SenderRecovery.OfAuthorization(item))));
            }
        }

        Assert.NotEmpty(authorities);
        Assert.Subset(senders, authorities);
    }

    [Fact]
    public async Task Every_kind_of_transaction_log_and_block_occurs()
    {
        var node = chain.Node;
        var seen = new HashSet<string>();
        for (ulong number = 1; number <= Settings.Blocks; number++)
        {
            var block = await node.BlockAsync(number);
            var transactions = block.Items("transactions").ToList();
            var receipts = await node.ReceiptsAsync(number);
            if (transactions.Count == 0)
                seen.Add("empty block");
            foreach (var (tx, receipt) in transactions.Zip(receipts))
            {
                seen.Add($"type {TransactionEncoding.Type(tx)}");
                seen.Add(receipt.Number("status").IsZero ? "failed" : "succeeded");
                if (!tx.Has("chainId"))
                    seen.Add("not protected from replay");
                if (!tx.Has("to"))
                    seen.Add("creation");
                if (tx.Items("accessList").Any(entry => entry.Items("storageKeys").Any()))
                    seen.Add("access list with keys");
                foreach (var log in receipt.Items("logs"))
                {
                    seen.Add($"{log.Items("topics").Count()} topics");
                    var size = log.Bytes("data").Length;
                    seen.Add(size == 0 ? "no data" : size % 32 == 0 ? "whole words" : "odd data");
                }
            }
        }

        string[] wanted =
        [
            "type 0", "type 1", "type 2", "type 3", "type 4", "failed", "succeeded", "not protected from replay", "creation", "empty block",
            "access list with keys", "0 topics", "1 topics", "2 topics", "3 topics", "4 topics", "no data", "whole words", "odd data",
        ];
        Assert.Empty(wanted.Except(seen));
    }

    [Fact]
    public async Task Receipts_agree_with_their_transactions_and_the_header()
    {
        var node = chain.Node;
        for (ulong number = 1; number <= Settings.Blocks; number++)
        {
            var block = await node.BlockAsync(number);
            var receipts = await node.ReceiptsAsync(number);
            BlockAssert.Consistent(block, receipts);
            foreach (var (tx, receipt) in block.Items("transactions").Zip(receipts))
            {
                Assert.True(tx.Number("gas") >= receipt.Number("gasUsed"));
                var effective = receipt.Number("effectiveGasPrice");
                Assert.Equal(tx.Number("gasPrice"), effective);
                Assert.True(effective >= block.Number("baseFeePerGas"));
                if (TransactionEncoding.Type(tx) >= 2)
                    Assert.True(effective <= tx.Number("maxFeePerGas"));
                if (receipt.Has("contractAddress"))
                {
                    AssertSame(receipt, "contractAddress", Keccak.Hash(Rlp.List(Rlp.Bytes(tx.Bytes("from")), Rlp.Number(tx.Number("nonce"))))[12..]);
                    Assert.False(tx.Has("to"));
                }
            }
        }
    }

    [Fact]
    public async Task Transactions_and_receipts_are_found_by_hash()
    {
        var node = chain.Node;
        var block = await node.BlockAsync(3);
        var receipts = await node.ReceiptsAsync(3);
        Assert.NotEmpty(receipts);
        foreach (var (tx, receipt) in block.Items("transactions").Zip(receipts))
        {
            var hash = tx.GetProperty("hash").GetString()!;
            Assert.True(JsonElement.DeepEquals(tx, await node.CallAsync("eth_getTransactionByHash", hash)));
            Assert.True(JsonElement.DeepEquals(receipt, await node.CallAsync("eth_getTransactionReceipt", hash)));
        }

        Assert.True(JsonElement.DeepEquals(block, await node.CallAsync("eth_getBlockByHash", block.GetProperty("hash").GetString()!, true)));
    }

    private static void AssertSame(JsonElement element, string name, byte[] recomputed) =>
        Assert.Equal(element.GetProperty(name).GetString(), HexJson.ToHex(recomputed));

    private static int Size(JsonElement block) => Rlp.List(
        HeaderHash.Encode(block),
        Rlp.List(block.Items("transactions").Select(tx =>
            TransactionEncoding.Type(tx) == 0 ? TransactionEncoding.Encode(tx) : Rlp.Bytes(TransactionEncoding.Encode(tx)))),
        Rlp.List(),
        Rlp.List(block.Items("withdrawals").Select(withdrawal => Rlp.List(
            Rlp.Number(withdrawal.Number("index")),
            Rlp.Number(withdrawal.Number("validatorIndex")),
            Rlp.Bytes(withdrawal.Bytes("address")),
            Rlp.Number(withdrawal.Number("amount")))))).Length;
}
