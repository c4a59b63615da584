using System.Text.Json;
using Amp.DevChain.Chain;
using Amp.DevChain.Encoding;
using Amp.DevChain.Faults;
using Amp.DevChain.Statistics;

namespace Amp.DevChain.Rpc;

/// <summary>Carries out calls and writes their JSON-RPC envelopes.</summary>
internal sealed class RpcDispatcher(Simulation simulation, RpcMethods methods, FaultPlan faults, NodeStatistics statistics)
{
    /// <summary>The calls of a request, or null and an error answer where it is none.</summary>
    public List<RpcCall>? Read(JsonElement request, ResponseBuffer output, out bool isBatch)
    {
        isBatch = request.ValueKind == JsonValueKind.Array;
        if (!isBatch)
            return [RpcCall.Read(request)];
        var count = request.GetArrayLength();
        if (count == 0)
            WriteError(output, "null"u8, RpcException.InvalidRequest, "empty batch");
        else if (count > simulation.Settings.MaxBatch)
            WriteError(output, "null"u8, RpcException.InvalidRequest, $"batch of {count} calls, at most {simulation.Settings.MaxBatch} are taken");
        else
            return [.. request.EnumerateArray().Select(RpcCall.Read)];
        return null;
    }

    /// <summary>The fault that hits a whole request, because it hits one of its calls.</summary>
    public Fault? RequestFault(List<RpcCall> calls, ChainView view)
    {
        if (faults.IsEmpty)
            return null;
        foreach (var call in calls)
        {
            if (faults.Take(ofRequest: true, call.Method, methods.BlockOf(call, view)?.Number) is { } fault)
                return fault;
        }

        return null;
    }

    /// <summary>Writes the answer of one call; nothing for a notification.</summary>
    /// <param name="call">The call.</param>
    /// <param name="view">The chain it is answered from.</param>
    /// <param name="output">Where its answer goes.</param>
    /// <param name="subscriptions">Takes eth_subscribe and eth_unsubscribe on a WebSocket; null elsewhere.</param>
    public void Answer(RpcCall call, ChainView view, ResponseBuffer output, Subscriptions? subscriptions = null)
    {
        var start = output.Length;
        try
        {
            if (call.Problem is not null)
                throw new RpcException(RpcException.InvalidRequest, call.Problem);
            statistics.CountCall(call.Method!);
            output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
            output.Write(call.Id.Span);
            output.Write(",\"result\":"u8);
            var block = faults.IsEmpty ? null : methods.BlockOf(call, view);
            if (faults.Take(ofRequest: false, call.Method, block?.Number) is { } fault)
                FalsifiedAnswer.Write(fault, call, block, view, simulation, output);
            else if (subscriptions is null || !subscriptions.TryInvoke(call, output))
                methods.Invoke(call, view, output);
            output.Write("}"u8);
        }
        catch (RpcException error)
        {
            output.Truncate(start);
            WriteError(output, call.Id.Span, error.Code, error.Message);
        }

        if (call.IsNotification)
            output.Truncate(start);
    }

    public static void WriteError(ResponseBuffer output, ReadOnlySpan<byte> id, int code, string message)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(id);
        output.Write(",\"error\":{\"code\":"u8);
        output.Write(System.Text.Encoding.UTF8.GetBytes(code.ToString()));
        output.Write(",\"message\":"u8);
        output.Write(JsonSerializer.SerializeToUtf8Bytes(message));
        output.Write("}}"u8);
    }
}
