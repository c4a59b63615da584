using System.Globalization;
using System.Text.Json;
using Amp.DevChain.Chain;

namespace Amp.DevChain.Rpc;

/// <summary>Reads parameters as strictly as nodes do.</summary>
internal static class RpcParams
{
    /// <summary>A height: hex number or tag; null above the head.</summary>
    public static BlockKey? Block(JsonElement value, ChainView view, Simulation simulation)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw RpcException.Params("invalid argument: a block is named by a hex number or a tag");
        var text = value.GetString()!;
        ulong number = text switch
        {
            "latest" or "pending" => view.Head,
            "earliest" => 0,
            "finalized" => simulation.Finalized(view),
            "safe" => simulation.Safe(view),
            _ => Quantity(text),
        };
        return number > view.Head ? null : view.Forks.At(number);
    }

    /// <summary>A height, a tag, a hash, or an object that holds one of them (EIP-1898).</summary>
    public static BlockKey? BlockOrHash(JsonElement value, ChainView view, Simulation simulation)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            if (value.TryGetProperty("blockHash"u8, out var hash))
                return simulation.Store.FindBlock(view, Hash(hash));
            if (value.TryGetProperty("blockNumber"u8, out var number))
                return Block(number, view, simulation);
            throw RpcException.Params("invalid argument: neither blockHash nor blockNumber is given");
        }

        return value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 66
            ? simulation.Store.FindBlock(view, Hash(value))
            : Block(value, view, simulation);
    }

    public static byte[] Hash(JsonElement value)
    {
        var hash = new byte[32];
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: 66 } text && text.StartsWith("0x", StringComparison.Ordinal)
            && Convert.FromHexString(text.AsSpan(2), hash, out _, out _) == System.Buffers.OperationStatus.Done)
            return hash;
        throw RpcException.Params("invalid argument: a hash is 0x and 64 hex digits");
    }

    public static bool Flag(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw RpcException.Params("invalid argument: neither true nor false"),
    };

    private static ulong Quantity(string text)
    {
        if (!text.StartsWith("0x", StringComparison.Ordinal))
            throw RpcException.Params($"invalid argument: hex string '{text}' without 0x prefix");
        if (text.Length > 3 && text[2] == '0')
            throw RpcException.Params($"invalid argument: hex number '{text}' with leading zero digits");
        return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out var number)
            ? number
            : throw RpcException.Params($"invalid argument: '{text}' is not a hex number of 64 bits");
    }
}
