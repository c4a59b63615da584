using Amp.Chains.Rows;

namespace Amp.Chains.Evm.Rpc;

/// <summary>The answer to one request and where its results lie in it.</summary>
internal sealed record RpcExchange(NativeBuffer Body, RpcResult[] Results, RpcError? Whole);
