using System.Text.Json.Nodes;
using Amp.DevChain.Chain;
using Amp.DevChain.Encoding;
using Amp.DevChain.Rpc;

namespace Amp.DevChain.Faults;

/// <summary>Writes what a call must not be answered.</summary>
internal static class FalsifiedAnswer
{
    public static void Write(Fault fault, RpcCall call, BlockKey? block, ChainView view, Simulation simulation, ResponseBuffer output)
    {
        switch (fault.Kind)
        {
            case FaultKind.RpcError:
                throw new RpcException(RpcException.ServerError, "fault asked for by an admin call");
            case FaultKind.Null:
                output.Write("null"u8);
                break;
            case FaultKind.WrongBlock:
                var below = simulation.Store.Answers(view, view.Forks.At(block!.Value.Number - 1));
                if (call.Method == "eth_getBlockReceipts")
                    below.WriteReceipts(output);
                else
                    below.WriteBlock(output, RpcParams.Flag(call.Param(1)));
                break;
            case FaultKind.WrongParent:
                var json = Parse(buffer => simulation.Store.Answers(view, block!.Value).WriteBlock(buffer, RpcParams.Flag(call.Param(1))));
                json["parentHash"] = "0x" + new string('b', 64);
                Write(json, output);
                break;
            case FaultKind.MissingReceipts:
                var receipts = Parse(buffer => simulation.Store.Answers(view, block!.Value).WriteReceipts(buffer)).AsArray();
                if (receipts.Count > 0)
                    receipts.RemoveAt(receipts.Count - 1);
                Write(receipts, output);
                break;
            default:
                throw new InvalidOperationException($"{fault.Kind} is not a fault of a call.");
        }
    }

    private static JsonNode Parse(Action<ResponseBuffer> write)
    {
        using var buffer = new ResponseBuffer();
        write(buffer);
        return JsonNode.Parse(buffer.WrittenSpan)!;
    }

    private static void Write(JsonNode json, ResponseBuffer output) => output.Write(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
}
