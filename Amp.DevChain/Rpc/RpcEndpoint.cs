using System.Text.Json;
using Amp.DevChain.Chain;
using Amp.DevChain.Encoding;
using Amp.DevChain.Faults;
using Amp.DevChain.Statistics;

namespace Amp.DevChain.Rpc;

/// <summary>JSON-RPC over HTTP POST.</summary>
internal sealed class RpcEndpoint(
    Simulation simulation, RpcDispatcher dispatcher, Conditions conditions, NodeStatistics statistics, TimeProvider time)
{
    // An answer up to this size goes out in one piece with its length; a longer one, of a large batch, as it is made.
    private const int WholeAnswer = 4 << 20;

    public async Task HandleAsync(HttpContext context)
    {
        var cancellation = context.RequestAborted;
        statistics.CountRequest();
        if (!conditions.Admit())
        {
            statistics.CountRejected();
            await RejectAsync(context.Response, StatusCodes.Status429TooManyRequests, "rate limit exceeded", retryAfter: 1);
            return;
        }

        if (conditions.Latency is { Ticks: > 0 } latency)
            await Task.Delay(latency, time, cancellation);

        using var output = new ResponseBuffer();
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(context.Request.Body, default, cancellation);
        }
        catch (JsonException error)
        {
            RpcDispatcher.WriteError(output, "null"u8, RpcException.ParseError, $"parse error: {error.Message}");
            await SendAsync(context.Response, output, cancellation);
            return;
        }

        using (document)
        {
            var calls = dispatcher.Read(document.RootElement, output, out var isBatch);
            if (calls is null)
            {
                await SendAsync(context.Response, output, cancellation);
                return;
            }

            var view = simulation.View;
            if (dispatcher.RequestFault(calls, view) is { } fault)
                await FailAsync(context, fault, calls, isBatch, view, output);
            else
                await AnswerAsync(context.Response, calls, isBatch, view, output, cancellation);
        }
    }

    private async Task AnswerAsync(
        HttpResponse response, List<RpcCall> calls, bool isBatch, ChainView view, ResponseBuffer output, CancellationToken cancellation)
    {
        var answered = false;
        foreach (var call in calls)
        {
            if (isBatch)
                output.Write(answered ? ","u8 : "["u8);
            var before = output.Length;
            dispatcher.Answer(call, view, output);
            if (output.Length > before)
                answered = true;
            else if (isBatch)
                output.Truncate(before - 1);
            if (output.Length > WholeAnswer)
            {
                await WriteAsync(response, output, cancellation);
                output.Truncate(0);
            }
        }

        if (isBatch && answered)
            output.Write("]"u8);
        await SendAsync(response, output, cancellation);
    }

    private async Task FailAsync(HttpContext context, Fault fault, List<RpcCall> calls, bool isBatch, ChainView view, ResponseBuffer output)
    {
        var cancellation = context.RequestAborted;
        switch (fault.Kind)
        {
            case FaultKind.TooManyRequests:
                await RejectAsync(context.Response, StatusCodes.Status429TooManyRequests, "rate limit exceeded", fault.Seconds ?? 1);
                break;
            case FaultKind.ServerError:
                await RejectAsync(context.Response, StatusCodes.Status500InternalServerError, "internal error", retryAfter: null);
                break;
            case FaultKind.Hang:
                await Task.Delay(TimeSpan.FromSeconds(fault.Seconds ?? 600), time, cancellation);
                context.Abort();
                break;
            default:
                foreach (var call in calls)
                {
                    output.Write(isBatch ? (output.Length == 0 ? "["u8 : ","u8) : []);
                    dispatcher.Answer(call, view, output);
                }

                // At least half is kept and at least one byte is lost.
                if (fault.Kind == FaultKind.Disconnect)
                    context.Response.ContentLength = output.Length;
                output.Truncate(output.Length / 2);
                await WriteAsync(context.Response, output, cancellation);
                await context.Response.Body.FlushAsync(cancellation);
                if (fault.Kind == FaultKind.Disconnect)
                    context.Abort();
                break;
        }
    }

    private static async Task RejectAsync(HttpResponse response, int status, string message, double? retryAfter)
    {
        response.StatusCode = status;
        if (retryAfter is { } seconds)
            response.Headers.RetryAfter = Math.Ceiling(seconds).ToString();
        await response.WriteAsync(message, response.HttpContext.RequestAborted);
    }

    private Task SendAsync(HttpResponse response, ResponseBuffer output, CancellationToken cancellation)
    {
        if (!response.HasStarted)
            response.ContentLength = output.Length;
        return WriteAsync(response, output, cancellation);
    }

    private async Task WriteAsync(HttpResponse response, ResponseBuffer output, CancellationToken cancellation)
    {
        if (!response.HasStarted)
            response.ContentType = "application/json";
        statistics.CountBytes(output.Length);
        await response.Body.WriteAsync(output.Written, cancellation);
    }
}
