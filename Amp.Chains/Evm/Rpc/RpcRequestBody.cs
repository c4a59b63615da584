using System.Buffers;
using System.Globalization;
using System.Text;

namespace Amp.Chains.Evm.Rpc;

/// <summary>Calls as the JSON of one request: their ids follow one another.</summary>
internal static class RpcRequestBody
{
    public static byte[] Write(ReadOnlySpan<RpcCall> calls, int firstId = 1)
    {
        var body = new ArrayBufferWriter<byte>(calls.Length * 112);
        if (calls.Length > 1)
            body.Write("["u8);
        for (var i = 0; i < calls.Length; i++)
        {
            if (i > 0)
                body.Write(","u8);
            Write(body, calls[i], firstId + i);
        }

        if (calls.Length > 1)
            body.Write("]"u8);
        return body.WrittenSpan.ToArray();
    }

    private static void Write(ArrayBufferWriter<byte> body, in RpcCall call, int id)
    {
        body.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        Write(body, id, "");
        body.Write(",\"method\":"u8);
        body.Write(call.Method switch
        {
            RpcMethod.ChainId => "\"eth_chainId\",\"params\":["u8,
            RpcMethod.LatestHeader => "\"eth_getBlockByNumber\",\"params\":[\"latest\",false"u8,
            RpcMethod.FinalizedHeader => "\"eth_getBlockByNumber\",\"params\":[\"finalized\",false"u8,
            RpcMethod.SubscribeHeads => "\"eth_subscribe\",\"params\":[\"newHeads\""u8,
            RpcMethod.BlockReceipts => "\"eth_getBlockReceipts\",\"params\":[\"0x"u8,
            RpcMethod.TransactionReceipt => "\"eth_getTransactionReceipt\",\"params\":[\""u8,
            _ => "\"eth_getBlockByNumber\",\"params\":[\"0x"u8,
        });
        switch (call.Method)
        {
            case RpcMethod.BlockReceipts or RpcMethod.Block or RpcMethod.Header:
                Write(body, call.Number, "x");
                break;
            case RpcMethod.TransactionReceipt:
                body.Write(Encoding.ASCII.GetBytes(call.Hash.ToString()));
                break;
            default:
                break;
        }

        body.Write(call.Method switch
        {
            RpcMethod.Block => "\",true]}"u8,
            RpcMethod.Header => "\",false]}"u8,
            RpcMethod.BlockReceipts or RpcMethod.TransactionReceipt => "\"]}"u8,
            _ => "]}"u8,
        });
    }

    private static void Write<T>(ArrayBufferWriter<byte> body, T number, string format)
        where T : IUtf8SpanFormattable
    {
        number.TryFormat(body.GetSpan(20), out var written, format, CultureInfo.InvariantCulture);
        body.Advance(written);
    }
}
