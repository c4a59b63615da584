using Amp.Shared.Chain;
using Amp.TestKit.Chains;
using Amp.TestKit.Ethereum;
using Amp.TestKit.Mainnet;
using ExpectedRows = Amp.TestKit.Chains.ExpectedRows;

namespace Amp.IntegrationTests.Chains;

/// <summary>Real blocks through the whole way from a node's answers to columns, against an independent reading of the same answers.</summary>
public sealed class MainnetRows
{
    public static TheoryData<ulong, string> Ways
    {
        get
        {
            var ways = new TheoryData<ulong, string>();
            foreach (var number in RecordedBlock.Numbers)
            {
                ways.Add(number, "");
                ways.Add(number, "rpc_batch_size = 2");
                ways.Add(number, "rpc_batch_size = 50\nfetch_receipts_per_tx = true");
                ways.Add(number, "fetch_receipts_per_tx = true\nconcurrent_request_limit = 3");
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_column_of_every_row_is_what_the_node_said(ulong number, string provider)
    {
        await using var node = await MainnetReplay.StartAsync();
        await using var source = ChainFolder.Open(node.Address, out var folder, provider);
        using var _ = folder;

        var rows = await ReadRows.AllAsync(source, number, number, cancel: TestContext.Current.CancellationToken);

        var recorded = node.Blocks[number];
        Assert.Equal([ExpectedRows.Block(recorded.Block)], rows.Blocks);
        Assert.Equal(ExpectedRows.Transactions(recorded.Block, recorded.ReceiptList), rows.Transactions);
        Assert.Equal(ExpectedRows.Logs(recorded.Block, recorded.ReceiptList), rows.Logs);
        Assert.Equal((150, 339), number == RecordedBlock.Numbers[0] ? (rows.Transactions.Count, rows.Logs.Count) : (150, 339));
        Assert.Equal((143, 418), number == RecordedBlock.Numbers[1] ? (rows.Transactions.Count, rows.Logs.Count) : (143, 418));
    }

    [Fact]
    public async Task What_the_rows_are_compared_with_is_the_chain()
    {
        await using var node = await MainnetReplay.StartAsync();
        foreach (var recorded in node.Blocks.Values)
        {
            Assert.Equal(recorded.Block.Bytes("hash"), HeaderHash.Of(recorded.Block));
            Assert.Equal(recorded.Block.Bytes("transactionsRoot"), BlockRoots.OfTransactions(recorded.Block));
            Assert.Equal(recorded.Block.Bytes("receiptsRoot"), BlockRoots.OfReceipts(recorded.ReceiptList));
        }
    }

    [Fact]
    public async Task Only_a_node_without_the_method_is_asked_for_receipts_one_by_one()
    {
        await using var node = await MainnetReplay.StartAsync(knowsBlockReceipts: false);
        await using var source = ChainFolder.Open(node.Address, out var folder, "rpc_batch_size = 100");
        using var _ = folder;
        var number = RecordedBlock.Numbers[0];

        var rows = await ReadRows.AllAsync(source, number, number, cancel: TestContext.Current.CancellationToken);

        Assert.Equal(ExpectedRows.Logs(node.Blocks[number].Block, node.Blocks[number].ReceiptList), rows.Logs);
    }

    [Fact]
    public async Task Headers_and_chain_id_come_from_the_node()
    {
        await using var node = await MainnetReplay.StartAsync();
        await using var source = ChainFolder.Open(node.Address, out var folder);
        using var _ = folder;
        var cancel = TestContext.Current.CancellationToken;
        var recorded = node.Blocks[RecordedBlock.Numbers[1]];

        var header = await source.GetHeaderAsync(recorded.Number, cancel);

        Assert.Equal(1UL, await source.GetChainIdAsync(cancel));
        Assert.Equal(Hash32.Parse(recorded.Block.GetProperty("hash").GetString()), header.Hash);
        Assert.Equal(header, await source.GetHeadAsync(finalized: false, cancel));
        Assert.Equal(header, await source.GetHeadAsync(finalized: true, cancel));
    }
}
