using Amp.Chains.Rows;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm.Rpc;

/// <summary>Calls that belong together. What one attempt brought is kept, and the next asks for the rest.</summary>
internal abstract class RpcWork(AnswerBuffers buffers) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<NativeBuffer> _bodies = [];

    /// <summary>Size of the answers that are held.</summary>
    public long ByteCount { get; private set; }

    /// <summary>The calls that can be made now and have no result yet; none = done.</summary>
    public abstract void AddMissing(RpcEndpoint endpoint, List<RpcCall> calls);

    /// <summary>Takes the results of an exchange, and its memory.</summary>
    /// <returns>What is wrong with one of them; the others are taken nevertheless.</returns>
    public AmpException? Take(RpcEndpoint endpoint, ReadOnlySpan<RpcCall> calls, RpcExchange exchange)
    {
        lock (_lock)
        {
            _bodies.Add(exchange.Body);
            ByteCount += exchange.Body.Length;
            AmpException? worst = null;
            for (var i = 0; i < calls.Length; i++)
            {
                var fault = TakeOne(endpoint, calls[i], exchange, exchange.Results[i]);
                if (worst is null || worst.IsRetryable)
                    worst = fault ?? worst;
            }

            return worst;
        }
    }

    public virtual void Dispose()
    {
        foreach (var body in _bodies)
            buffers.Return(body);
        _bodies.Clear();
    }

    /// <summary>The result of a call; null when the node answered null.</summary>
    /// <returns>The fault when that will not do.</returns>
    protected abstract AmpException? Set(RpcCall call, AnswerText? result);

    private AmpException? TakeOne(RpcEndpoint endpoint, RpcCall call, RpcExchange exchange, in RpcResult result)
    {
        if ((result.Error ?? (result.IsThere ? null : exchange.Whole)) is { } error)
        {
            if (call.Method != RpcMethod.BlockReceipts || error.Code != RpcError.MethodNotFound)
                return endpoint.Fault(call, error);
            endpoint.ReceiptsPerTransaction = true;
            return null;
        }

        if (!result.IsThere)
            return new RetryableException(ErrorCode.ProviderAnswerInvalid, $"provider {endpoint.Settings.Shown} left {call} unanswered");
        var text = new AnswerText(exchange.Body, result.Start, result.Length);
        return Set(call, text.Span.SequenceEqual("null"u8) ? null : text);
    }
}
