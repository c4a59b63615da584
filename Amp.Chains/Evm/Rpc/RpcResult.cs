namespace Amp.Chains.Evm.Rpc;

/// <summary>Where in an answer the result of a call lies, or the error that came instead; neither when the call was left out.</summary>
internal readonly record struct RpcResult(int Start, int Length, RpcError? Error)
{
    public bool IsThere => Length > 0;
}
