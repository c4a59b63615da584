namespace Amp.Chains.Evm.Rpc;

/// <summary>The error that a node answered a call with.</summary>
internal readonly record struct RpcError(long Code, string Message)
{
    public const long MethodNotFound = -32601;
    public const long InvalidRequest = -32600;
    public const long InvalidParams = -32602;

    /// <summary>Whether the node would say the same to the same call at any time.</summary>
    public bool IsPermanent => Code is MethodNotFound or InvalidRequest or InvalidParams;
}
