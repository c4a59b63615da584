using System.IO.Compression;
using System.Text.Json;
using Amp.TestKit.Ethereum;

namespace Amp.TestKit.Mainnet;

/// <summary>A mainnet block with its receipts, as a node answered it.</summary>
public sealed class RecordedBlock : IDisposable
{
    private readonly JsonDocument _document;

    private RecordedBlock(JsonDocument document)
    {
        _document = document;
        Block = document.RootElement.GetProperty("blocks")[0];
        Number = (ulong)Block.Number("number");
        Receipts = document.RootElement.GetProperty("receipts").EnumerateObject().Single().Value;
    }

    public static IReadOnlyList<ulong> Numbers { get; } = [18_090_206, 18_090_213];

    public ulong Number { get; }

    public JsonElement Block { get; }

    public JsonElement Receipts { get; }

    public IReadOnlyList<JsonElement> ReceiptList => [.. Receipts.EnumerateArray()];

    /// <summary>Skips the running test where the data is absent.</summary>
    public static RecordedBlock Open(ulong number)
    {
        using var file = File.OpenRead(SharedData.File($"mainnet-{number}.json.gz"));
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        return new RecordedBlock(JsonDocument.Parse(gzip));
    }

    public void Dispose() => _document.Dispose();
}
