using Amp.TestKit.Ethereum;
using Amp.TestKit.Nodes;

namespace Amp.IntegrationTests.Extraction;

public sealed class MainnetBlocks
{
    private static readonly ulong[] _recorded = [18_090_206, 18_090_213];

    public static TheoryData<ulong, string> Ways
    {
        get
        {
            var ways = new TheoryData<ulong, string>();
            foreach (var number in _recorded)
            {
                foreach (var way in (string[])["", "rpc_batch_size = 100", "fetch_receipts_per_tx = true", "fetch_receipts_per_tx = true\nrpc_batch_size = 7"])
                    ways.Add(number, way);
            }

            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_column_of_every_row_is_what_an_independent_reading_gives(ulong number, string provider)
    {
        var block = RecordedBlock.Mainnet(number);
        await using var node = await ReplayNode.StartAsync([block]);
        await using var rows = await ExtractedRows.OpenAsync(node.Url, provider);

        await rows.AreThoseOfAsync([block]);
        Assert.Equal(1ul, await rows.Source.GetChainIdAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_node_without_block_receipts_is_asked_for_each_transaction()
    {
        var block = RecordedBlock.Mainnet(_recorded[0]);
        await using var node = await ReplayNode.StartAsync([block], knowsBlockReceipts: false);
        await using var rows = await ExtractedRows.OpenAsync(node.Url);

        await rows.AreThoseOfAsync([block]);
    }

    [Fact]
    public async Task Headers_are_those_of_the_blocks()
    {
        var cancel = TestContext.Current.CancellationToken;
        var block = RecordedBlock.Mainnet(_recorded[1]);
        await using var node = await ReplayNode.StartAsync([block]);
        await using var rows = await ExtractedRows.OpenAsync(node.Url);

        var header = await rows.Source.GetHeaderAsync(block.Number, cancel);

        Assert.Equal(block.Block.GetProperty("hash").GetString(), header.Hash.ToString());
        Assert.Equal(block.Block.GetProperty("parentHash").GetString(), header.ParentHash.ToString());
        Assert.Equal(block.Number, header.Number);
        Assert.Equal((ulong)block.Block.Number("timestamp"), header.Timestamp);
        Assert.Equal(header, await rows.Source.GetHeadAsync(finalized: false, cancel));
        Assert.Equal(header, await rows.Source.GetHeadAsync(finalized: true, cancel));
    }

    [Fact]
    public void Header_hashes_and_roots_of_the_recordings_come_out_when_recomputed()
    {
        foreach (var recorded in _recorded.Select(RecordedBlock.Mainnet))
        {
            Assert.Equal(recorded.Block.Bytes("hash"), HeaderHash.Of(recorded.Block));
            Assert.Equal(recorded.Block.Bytes("transactionsRoot"), BlockRoots.OfTransactions(recorded.Block));
            Assert.Equal(recorded.Block.Bytes("receiptsRoot"), BlockRoots.OfReceipts(recorded.ReceiptList));
        }
    }
}
