namespace Amp.DevChain.Rpc;

/// <summary>Ends a call with a JSON-RPC error.</summary>
internal sealed class RpcException(int code, string message) : Exception(message)
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;
    public const int ServerError = -32000;
    public const int LimitExceeded = -32005;

    public int Code => code;

    public static RpcException Params(string message) => new(InvalidParams, message);
}
