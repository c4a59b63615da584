using System.Globalization;
using System.Text.Json;
using Amp.TestKit.Chains;
using Amp.TestKit.Ethereum;

namespace Amp.TestKit.Mainnet;

/// <summary>Serves the recorded mainnet blocks over JSON-RPC, byte for byte as they were recorded.</summary>
public sealed class MainnetReplay : IAsyncDisposable
{
    private readonly Dictionary<ulong, RecordedBlock> _blocks;
    private readonly ScriptedNode _node;

    private MainnetReplay(Dictionary<ulong, RecordedBlock> blocks, ScriptedNode node)
    {
        _blocks = blocks;
        _node = node;
    }

    public Uri Address => _node.Address;

    public IReadOnlyDictionary<ulong, RecordedBlock> Blocks => _blocks;

    /// <param name="knowsBlockReceipts">Whether eth_getBlockReceipts is a method of this node.</param>
    public static async Task<MainnetReplay> StartAsync(bool knowsBlockReceipts = true)
    {
        var blocks = RecordedBlock.Numbers.ToDictionary(n => n, RecordedBlock.Open);
        var receipts = blocks.Values.SelectMany(b => b.ReceiptList)
            .ToDictionary(r => r.GetProperty("transactionHash").GetString()!, r => r.GetRawText(), StringComparer.Ordinal);
        var node = await ScriptedNode.StartAsync(call =>
        {
            var first = call.GetProperty("params").EnumerateArray().FirstOrDefault();
            return call.GetProperty("method").GetString() switch
            {
                "eth_chainId" => "\"0x1\"",
                "eth_getBlockByNumber" => At(first) is { } block ? block.Block.GetRawText() : "null",
                "eth_getBlockReceipts" when knowsBlockReceipts => At(first) is { } block ? block.Receipts.GetRawText() : "null",
                "eth_getTransactionReceipt" => receipts.GetValueOrDefault(first.GetString()!, "null"),
                _ => null,
            };
        });
        return new MainnetReplay(blocks, node);

        RecordedBlock? At(JsonElement tag) => tag.GetString() is "latest" or "finalized"
            ? blocks[RecordedBlock.Numbers[^1]]
            : blocks.GetValueOrDefault(ulong.Parse(HexJson.ToNumber(tag.GetString()!).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        foreach (var block in _blocks.Values)
            block.Dispose();
    }
}
