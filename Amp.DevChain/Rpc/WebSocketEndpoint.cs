using System.Net.WebSockets;
using System.Text.Json;
using Amp.DevChain.Chain;
using Amp.DevChain.Encoding;
using Amp.DevChain.Faults;
using Amp.DevChain.Statistics;

namespace Amp.DevChain.Rpc;

/// <summary>
/// JSON-RPC over a WebSocket, with newHeads subscriptions. A socket has no status: what over HTTP is 429 or 500 is answered as real nodes do, with a JSON-RPC error
/// for each call.
/// </summary>
internal sealed class WebSocketEndpoint(
    Simulation simulation, RpcDispatcher dispatcher, FaultPlan faults, Conditions conditions, NodeStatistics statistics, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public async Task HandleAsync(HttpContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var subscriptions = new Subscriptions(simulation);
        using var sending = new SemaphoreSlim(1);
        var announcing = AnnounceAsync(socket, subscriptions, sending, stop.Token);
        try
        {
            await ReceiveAsync(socket, subscriptions, sending, stop.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // The client went away or the node stops: both end a connection as they should.
        }

        await stop.CancelAsync();
        await announcing;
    }

    private async Task ReceiveAsync(WebSocket socket, Subscriptions subscriptions, SemaphoreSlim sending, CancellationToken cancellation)
    {
        using var message = new ResponseBuffer(16 * 1024);
        using var output = new ResponseBuffer();
        while (true)
        {
            message.Truncate(0);
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(message.GetMemory(4096), cancellation);
                message.Advance(received.Count);
            }
            while (!received.EndOfMessage);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                return;
            }

            statistics.CountRequest();
            if (conditions.Latency is { Ticks: > 0 } latency)
                await Task.Delay(latency, time, cancellation);
            output.Truncate(0);
            var fault = Answer(message, subscriptions, output);
            if (fault is { Kind: FaultKind.Truncated or FaultKind.Disconnect })
            {
                await BreakOffAsync(socket, output, fault.Kind, sending, cancellation);
                return;
            }

            if (output.Length > 0)
                await SendAsync(socket, output.Written, sending, cancellation);
        }
    }

    /// <summary>Writes the answer; nothing where there is none. Gives the fault of the request.</summary>
    private Fault? Answer(ResponseBuffer message, Subscriptions subscriptions, ResponseBuffer output)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(message.Written);
        }
        catch (JsonException error)
        {
            RpcDispatcher.WriteError(output, "null"u8, RpcException.ParseError, $"parse error: {error.Message}");
            return null;
        }

        using (document)
        {
            if (dispatcher.Read(document.RootElement, output, out var isBatch) is not { } calls)
                return null;
            var view = simulation.View;
            if (!conditions.Admit())
            {
                statistics.CountRejected();
                RefuseEach(calls, isBatch, output, RpcException.LimitExceeded, "rate limit exceeded");
                return null;
            }

            var fault = dispatcher.RequestFault(calls, view);
            switch (fault?.Kind)
            {
                case FaultKind.Hang:
                    break;
                case FaultKind.TooManyRequests:
                    RefuseEach(calls, isBatch, output, RpcException.LimitExceeded, "rate limit exceeded");
                    break;
                case FaultKind.ServerError:
                    RefuseEach(calls, isBatch, output, RpcException.InternalError, "internal error");
                    break;
                default:
                    AnswerEach(calls, isBatch, output, call => dispatcher.Answer(call, view, output, subscriptions));
                    break;
            }

            return fault;
        }
    }

    private static void RefuseEach(List<RpcCall> calls, bool isBatch, ResponseBuffer output, int code, string message) => AnswerEach(calls, isBatch, output, call =>
    {
        if (!call.IsNotification)
            RpcDispatcher.WriteError(output, call.Id.Span, code, message);
    });

    private static void AnswerEach(List<RpcCall> calls, bool isBatch, ResponseBuffer output, Action<RpcCall> answer)
    {
        foreach (var call in calls)
        {
            var start = output.Length;
            if (isBatch)
                output.Write(start == 0 ? "["u8 : ","u8);
            var before = output.Length;
            answer(call);
            if (output.Length == before)
                output.Truncate(start);
        }

        if (isBatch && output.Length > 0)
            output.Write("]"u8);
    }

    /// <summary>Half of the answer: as a message that seems whole before a close, or as the beginning of one that never ends.</summary>
    private async Task BreakOffAsync(WebSocket socket, ResponseBuffer output, FaultKind kind, SemaphoreSlim sending, CancellationToken cancellation)
    {
        output.Truncate(output.Length / 2);
        await SendAsync(socket, output.Written, sending, cancellation, whole: kind == FaultKind.Truncated);
        if (kind == FaultKind.Truncated)
            await socket.CloseOutputAsync(WebSocketCloseStatus.InternalServerError, null, cancellation);
        else
            socket.Abort();
    }

    private async Task AnnounceAsync(WebSocket socket, Subscriptions subscriptions, SemaphoreSlim sending, CancellationToken cancellation)
    {
        try
        {
            await foreach (var (view, number) in subscriptions.Heads.ReadAllAsync(cancellation))
            {
                if (faults.Take(ofRequest: true, Subscriptions.Announcement, number) is not null)
                {
                    socket.Abort();
                    return;
                }

                if (faults.Take(ofRequest: false, Subscriptions.Announcement, number) is not null)
                    continue;
                foreach (var message in subscriptions.Announce(view, number))
                    await SendAsync(socket, message, sending, cancellation);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException)
        {
            // As above: the receiving side ends the connection.
        }
    }

    private async Task SendAsync(WebSocket socket, ReadOnlyMemory<byte> message, SemaphoreSlim sending, CancellationToken cancellation, bool whole = true)
    {
        await sending.WaitAsync(cancellation);
        try
        {
            statistics.CountBytes(message.Length);
            await socket.SendAsync(message, WebSocketMessageType.Text, whole, cancellation);
        }
        finally
        {
            sending.Release();
        }
    }
}
