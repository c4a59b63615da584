using System.Globalization;
using System.Text.Json;
using Amp.Chains.Evm;
using Amp.Shared.Chain;
using Amp.TestKit.Chains;
using Amp.TestKit.Ethereum;

namespace Amp.UnitTests.Chains;

/// <summary>A linked chain of sample blocks, as the results of calls.</summary>
internal static class FakeChain
{
    public const ulong Last = 39;

    /// <summary>The result of a call; block n has hash n + 1 in its last digits and links to n.</summary>
    public static string? Result(JsonElement call)
    {
        var method = call.GetProperty("method").GetString();
        if (method == "eth_chainId")
            return "\"0x7\"";
        var number = Number(call);
        return method switch
        {
            "eth_getBlockByNumber" => Block(number),
            "eth_getBlockReceipts" => Receipts(number),
            _ => null,
        };
    }

    public static int Number(JsonElement call) =>
        int.Parse(call.GetProperty("params")[0].GetString()![2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static string Block(int number) => Place(new SampleBlock().Block.ToJsonString(), number);

    public static string Receipts(int number) => Place(new SampleBlock().Receipts.ToJsonString(), number);

    /// <summary>Blocks 0 to <see cref="Last"/> come whole and as an independent reading of them says.</summary>
    public static async Task AssertReadAsync(EvmBlockSource source)
    {
        var rows = await ReadRows.AllAsync(source, 0, Last, Hash32.Parse(SampleBlock.Word(0x10000)), cancel: TestContext.Current.CancellationToken);
        var expected = new ReadRows();
        for (var n = 0; n <= (int)Last; n++)
        {
            var block = JsonElement.Parse(Block(n));
            var receipts = JsonElement.Parse(Receipts(n)).EnumerateArray().ToList();
            expected.Blocks.Add(Row(ExpectedRows.OfBlock(block)));
            expected.Transactions.AddRange(ExpectedRows.OfTransactions(block, receipts).Select(Row));
            expected.Logs.AddRange(ExpectedRows.OfLogs(block, receipts).Select(Row));
        }

        Assert.Equal(expected.Blocks, rows.Blocks);
        Assert.Equal(expected.Transactions, rows.Transactions);
        Assert.Equal(expected.Logs, rows.Logs);

        static string Row(IReadOnlyList<string> cells) => string.Join(" | ", cells);
    }

    private static string Place(string json, int number) => json
        .Replace(SampleBlock.Word(0xB), "HASH", StringComparison.Ordinal)
        .Replace(SampleBlock.Word(0xA), "PARENT", StringComparison.Ordinal)
        .Replace("HASH", SampleBlock.Word(0x10001 + number), StringComparison.Ordinal)
        .Replace("PARENT", SampleBlock.Word(0x10000 + number), StringComparison.Ordinal)
        .Replace("\"0x64\"", $"\"0x{number:x}\"", StringComparison.Ordinal);
}
