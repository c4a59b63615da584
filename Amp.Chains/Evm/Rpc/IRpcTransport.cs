namespace Amp.Chains.Evm.Rpc;

/// <summary>The way of requests to a node and of its answers back.</summary>
internal interface IRpcTransport : IAsyncDisposable
{
    /// <summary>Sends the calls as one request and reads the whole answer; the caller gives its memory back.</summary>
    Task<RpcExchange> SendAsync(RpcCall[] calls, CancellationToken cancel);
}
