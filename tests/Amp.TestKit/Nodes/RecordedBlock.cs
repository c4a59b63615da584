using System.IO.Compression;
using System.Text.Json;
using Amp.TestKit.Ethereum;

namespace Amp.TestKit.Nodes;

/// <summary>One block as a node answered it, with its receipts, as recorded beside the project.</summary>
public sealed record RecordedBlock(ulong ChainId, ulong Number, JsonElement Block, JsonElement Receipts)
{
    public IReadOnlyList<JsonElement> ReceiptList => [.. Receipts.EnumerateArray()];

    /// <summary>The recorded mainnet blocks; skips the running test where they are absent, fails it in CI.</summary>
    public static RecordedBlock Mainnet(ulong number)
    {
        using var file = new GZipStream(File.OpenRead(SharedData.File($"mainnet-{number}.json.gz")), CompressionMode.Decompress);
        using var document = JsonDocument.Parse(file);
        var root = document.RootElement;
        return new RecordedBlock(
            root.GetProperty("chainId").GetUInt64(),
            number,
            root.GetProperty("blocks").EnumerateArray().Single(b => b.Number("number") == number).Clone(),
            root.GetProperty("receipts").GetProperty($"{number}").Clone());
    }
}
