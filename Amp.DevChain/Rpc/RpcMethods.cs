using Amp.DevChain.Chain;
using Amp.DevChain.Encoding;

namespace Amp.DevChain.Rpc;

/// <summary>The methods of the node; each writes the JSON of its result.</summary>
internal sealed class RpcMethods
{
    private readonly Simulation _simulation;
    private readonly Dictionary<string, Action<RpcCall, ChainView, ResponseBuffer>> _methods;

    public RpcMethods(Simulation simulation)
    {
        _simulation = simulation;
        _methods = new(StringComparer.Ordinal)
        {
            ["eth_chainId"] = (_, _, output) => Number(output, simulation.Settings.ChainId),
            ["net_version"] = (_, _, output) => Text(output, simulation.Settings.ChainId.ToString()),
            ["net_listening"] = (_, _, output) => output.Write("true"u8),
            ["web3_clientVersion"] = (_, _, output) => Text(output, $"AmpDevChain/v0.1.0/{simulation.Settings.Network}-{Grade(simulation.Settings)}"),
            ["eth_syncing"] = (_, _, output) => output.Write("false"u8),
            ["eth_blockNumber"] = (_, view, output) => Number(output, view.Head),
            ["eth_getBlockByNumber"] = GetBlockByNumber,
            ["eth_getBlockByHash"] = GetBlockByHash,
            ["eth_getBlockTransactionCountByNumber"] = GetBlockTransactionCount,
            ["eth_getBlockReceipts"] = GetBlockReceipts,
            ["eth_getTransactionReceipt"] = GetTransactionReceipt,
            ["eth_getTransactionByHash"] = GetTransactionByHash,
        };
        foreach (var name in simulation.Settings.WithoutMethods)
            _methods.Remove(name);
    }

    public IReadOnlyCollection<string> Names => _methods.Keys;

    /// <summary>Writes the result of a call, or throws <see cref="RpcException"/>.</summary>
    public void Invoke(RpcCall call, ChainView view, ResponseBuffer output)
    {
        if (!_methods.TryGetValue(call.Method!, out var method))
            throw new RpcException(RpcException.MethodNotFound, $"the method {call.Method} does not exist/is not available");
        method(call, view, output);
    }

    /// <summary>The block a call is about, where its method asks for one; null elsewhere, and where there is no such block.</summary>
    public BlockKey? BlockOf(RpcCall call, ChainView view)
    {
        try
        {
            return call.Method switch
            {
                "eth_getBlockByNumber" or "eth_getBlockReceipts" or "eth_getBlockTransactionCountByNumber" =>
                    RpcParams.BlockOrHash(call.Param(0), view, _simulation),
                "eth_getBlockByHash" => _simulation.Store.FindBlock(view, RpcParams.Hash(call.Param(0))),
                "eth_getTransactionReceipt" or "eth_getTransactionByHash" =>
                    _simulation.Store.FindTransaction(view, RpcParams.Hash(call.Param(0)))?.Block,
                _ => null,
            };
        }
        catch (RpcException)
        {
            // Malformed parameters name no block; the call itself answers what is wrong with them.
            return null;
        }
    }

    private static string Grade(DevChainSettings settings) => settings.Grade == DevChain.Grade.Full ? "full" : "load";

    private static void Number(ResponseBuffer output, ulong value)
    {
        output.Write("\"0x"u8);
        output.WriteHexNumber(value);
        output.Write("\""u8);
    }

    private static void Text(ResponseBuffer output, string text) =>
        output.Write(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(text));

    private void GetBlockByNumber(RpcCall call, ChainView view, ResponseBuffer output) =>
        WriteBlock(RpcParams.Block(call.Param(0), view, _simulation), call, view, output);

    private void GetBlockByHash(RpcCall call, ChainView view, ResponseBuffer output) =>
        WriteBlock(_simulation.Store.FindBlock(view, RpcParams.Hash(call.Param(0))), call, view, output);

    private void WriteBlock(BlockKey? block, RpcCall call, ChainView view, ResponseBuffer output)
    {
        var full = RpcParams.Flag(call.Param(1));
        if (block is { } key)
            _simulation.Store.Answers(view, key).WriteBlock(output, full);
        else
            output.Write("null"u8);
    }

    private void GetBlockTransactionCount(RpcCall call, ChainView view, ResponseBuffer output)
    {
        if (RpcParams.Block(call.Param(0), view, _simulation) is { } block)
            Number(output, (ulong)_simulation.Store.Answers(view, block).Encoded.Transactions);
        else
            output.Write("null"u8);
    }

    private void GetBlockReceipts(RpcCall call, ChainView view, ResponseBuffer output)
    {
        if (RpcParams.BlockOrHash(call.Param(0), view, _simulation) is { } block)
            _simulation.Store.Answers(view, block).WriteReceipts(output);
        else
            output.Write("null"u8);
    }

    private void GetTransactionReceipt(RpcCall call, ChainView view, ResponseBuffer output)
    {
        if (_simulation.Store.FindTransaction(view, RpcParams.Hash(call.Param(0))) is var (block, index))
            _simulation.Store.Answers(view, block).WriteReceipt(output, index);
        else
            output.Write("null"u8);
    }

    private void GetTransactionByHash(RpcCall call, ChainView view, ResponseBuffer output)
    {
        if (_simulation.Store.FindTransaction(view, RpcParams.Hash(call.Param(0))) is var (block, index))
            _simulation.Store.Answers(view, block).WriteTransaction(output, index);
        else
            output.Write("null"u8);
    }
}
