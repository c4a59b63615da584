using System.Globalization;
using System.Text.Json;

namespace Amp.UnitTests.Chains;

/// <summary>A linked chain of sample blocks, as the results of calls.</summary>
internal static class FakeChain
{
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

    private static string Place(string json, int number) => json
        .Replace(SampleBlock.Word(0xB), "HASH", StringComparison.Ordinal)
        .Replace(SampleBlock.Word(0xA), "PARENT", StringComparison.Ordinal)
        .Replace("HASH", SampleBlock.Word(0x10001 + number), StringComparison.Ordinal)
        .Replace("PARENT", SampleBlock.Word(0x10000 + number), StringComparison.Ordinal)
        .Replace("\"0x64\"", $"\"0x{number:x}\"", StringComparison.Ordinal);
}
