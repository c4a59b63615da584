using System.Text;
using System.Text.Json.Nodes;
using Amp.Chains.Evm;
using Amp.Chains.Evm.Rpc;

namespace Amp.UnitTests.Chains;

/// <summary>JSON to columns makes no objects for rows: bytes repeat on any machine where milliseconds do not.</summary>
public sealed class AllocationBudget
{
    /// <summary>Measured: 0 in a release build, 5.5 in a debug build; one object a row would be 24 at least.</summary>
    private const double BytesPerRow = 8;

    /// <summary>Of the complete reading, beyond what the plain one takes. Measured: 72, for the text with room for its escapes and the text as long as it is.</summary>
    private const long BytesPerEscapedText = 80;

    /// <summary>Measured: arrays, buffers and the batch of three tables with 67 columns.</summary>
    private const long BytesPerBatch = 48_000;

    [Fact]
    public void Rows_are_not_paid_for_on_the_heap()
    {
        const int blocks = 50;
        var bytes = BytesOf(Answers(transactions: 200, logsEach: 2), blocks);

        var count = blocks * (1 + 200 + 400);
        Assert.True(bytes <= BytesPerRow * count, $"{bytes} bytes for {count} rows");
    }

    [Fact]
    public void Rows_of_a_node_that_escapes_a_text_are_not_paid_for_either()
    {
        // From the first block on the complete reading is taken, for a hundred blocks without a try of the plain one.
        const int blocks = 40;
        var (plainAnswers, escapedAnswers) = (Answers(transactions: 200, logsEach: 2), Answers(transactions: 200, logsEach: 2, escaped: true));
        long before, complete, plain;
        var attempts = 30;
        do
        {
            // What the runtime compiles anew meanwhile takes less from then on: they are compared when it has come to rest.
            before = BytesOf(plainAnswers, blocks);
            complete = BytesOf(escapedAnswers, blocks);
            plain = BytesOf(plainAnswers, blocks);
        }
        while ((before != plain || complete <= plain || complete - plain > BytesPerEscapedText * blocks) && --attempts > 0);

        Assert.True(complete > plain, "no text was escaped");
        Assert.True(complete - plain <= BytesPerEscapedText * blocks, $"{complete} bytes for {blocks} blocks with an escaped text each, {plain} bytes without");
    }

    [Fact]
    public void A_batch_costs_the_same_however_large_it_is()
    {
        using var rows = new EvmRows();
        Decode(new BlockDecoder(), Answers(transactions: 200, logsEach: 2), rows, blocks: 20);
        rows.Build(_ => { });

        var before = GC.GetAllocatedBytesForCurrentThread();
        rows.Build(_ => { });
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(bytes <= BytesPerBatch, $"{bytes} bytes for a batch");
    }

    [Fact]
    public void Finding_the_results_of_a_batch_costs_nothing()
    {
        var body = Encoding.UTF8.GetBytes("[" + string.Join(",", Enumerable.Range(1, 100).Select(i => $"{{\"jsonrpc\":\"2.0\",\"id\":{i},\"result\":{{\"a\":[1,2,\"]}}\"]}}}}")) + "]");
        var results = new RpcResult[100];
        RpcAnswerIndex.Read(body, results, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        RpcAnswerIndex.Read(body, results, out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.All(results, r => Assert.Equal("{\"a\":[1,2,\"]}\"]}", Encoding.UTF8.GetString(body.AsSpan(r.Start, r.Length))));
    }

    /// <summary>What a decoder that has decoded as many already takes from the heap.</summary>
    private static long BytesOf(in BlockAnswers answers, int blocks)
    {
        using var rows = new EvmRows();
        var decoder = new BlockDecoder();
        Decode(decoder, answers, rows, blocks);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Decode(decoder, answers, rows, blocks);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Decode(BlockDecoder decoder, in BlockAnswers answers, EvmRows rows, int blocks)
    {
        rows.Clear();
        for (var i = 0; i < blocks; i++)
            decoder.Decode(SampleBlock.Number, answers, null, rows);
    }

    private static BlockAnswers Answers(int transactions, int logsEach, bool escaped = false)
    {
        var sample = new SampleBlock();
        var list = new JsonArray();
        var receipts = new JsonArray();
        for (var i = 0; i < transactions; i++)
        {
            var transaction = (i % 2 == 0 ? sample.First : sample.Second).DeepClone().AsObject();
            var receipt = sample.ReceiptOf(1).DeepClone().AsObject();
            var index = $"0x{i:x}";
            (transaction["transactionIndex"], transaction["hash"]) = (index, SampleBlock.Word(0x1000 + i));
            (receipt["transactionIndex"], receipt["transactionHash"]) = (index, SampleBlock.Word(0x1000 + i));
            for (var l = 0; l < logsEach; l++)
            {
                var log = receipt["logs"]![l]!;
                (log["transactionIndex"], log["transactionHash"], log["logIndex"]) = (index, SampleBlock.Word(0x1000 + i), $"0x{(i * logsEach) + l:x}");
            }

            list.Add(transaction);
            receipts.Add(receipt);
        }

        sample.Block["transactions"] = list;
        var block = sample.Block.ToJsonString();
        if (escaped)
            block = block.Replace("\"0x616d70\"", "\"\\u0030x616d70\"", StringComparison.Ordinal);
        return DecodedBlock.Answers(block, receipts.ToJsonString());
    }
}
