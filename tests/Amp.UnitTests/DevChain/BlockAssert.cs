using System.Text.Json;
using Amp.TestKit.Ethereum;

namespace Amp.UnitTests.DevChain;

/// <summary>What holds for a block and its receipts in either grade.</summary>
internal static class BlockAssert
{
    public static void Consistent(JsonElement block, List<JsonElement> receipts)
    {
        var hash = block.GetProperty("hash").GetString();
        var number = block.Number("number");
        var transactions = block.Items("transactions").ToList();
        Assert.Equal(transactions.Count, receipts.Count);
        var cumulative = System.Numerics.BigInteger.Zero;
        var logIndex = 0;
        for (var i = 0; i < receipts.Count; i++)
        {
            var (tx, receipt) = (transactions[i], receipts[i]);
            AssertPlace(tx, hash, number, i);
            AssertPlace(receipt, hash, number, i);
            Assert.Equal(tx.GetProperty("hash").GetString(), receipt.GetProperty("transactionHash").GetString());
            Assert.Equal(tx.GetProperty("from").GetString(), receipt.GetProperty("from").GetString());
            Assert.Equal(tx.GetProperty("to").GetString(), receipt.GetProperty("to").GetString());
            Assert.Equal(tx.GetProperty("type").GetString(), receipt.GetProperty("type").GetString());
            cumulative += receipt.Number("gasUsed");
            Assert.Equal(cumulative, receipt.Number("cumulativeGasUsed"));
            Assert.True(receipt.Number("status").IsOne || !receipt.Items("logs").Any(), "a failed transaction has logs");
            foreach (var log in receipt.Items("logs"))
            {
                AssertPlace(log, hash, number, i);
                Assert.Equal(tx.GetProperty("hash").GetString(), log.GetProperty("transactionHash").GetString());
                Assert.Equal(logIndex++, (int)log.Number("logIndex"));
                Assert.All(log.Items("topics"), topic => Assert.Equal(66, topic.GetString()!.Length));
            }
        }

        Assert.Equal(cumulative, block.Number("gasUsed"));
        Assert.True(block.Number("gasLimit") >= cumulative);
        var blobs = transactions.Sum(tx => tx.Items("blobVersionedHashes").Count());
        Assert.Equal(blobs * 131_072, (int)block.Number("blobGasUsed"));
    }

    private static void AssertPlace(JsonElement element, string? hash, System.Numerics.BigInteger number, int transaction)
    {
        Assert.Equal(hash, element.GetProperty("blockHash").GetString());
        Assert.Equal(number, element.Number("blockNumber"));
        Assert.Equal(transaction, (int)element.Number("transactionIndex"));
    }
}
