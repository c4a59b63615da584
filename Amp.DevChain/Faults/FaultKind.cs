namespace Amp.DevChain.Faults;

/// <summary>Ways to misbehave. The words are those of the admin call, in snake case.</summary>
public enum FaultKind
{
    /// <summary>The request is answered 429 with Retry-After; on a WebSocket each call with JSON-RPC error -32005.</summary>
    TooManyRequests,

    /// <summary>The request is answered 500; on a WebSocket each call with JSON-RPC error -32603.</summary>
    ServerError,

    /// <summary>The request is not answered; the connection breaks after the fault's seconds. A WebSocket stays open, and other requests on it are answered.</summary>
    Hang,

    /// <summary>The answer ends in the middle of its JSON, as if complete; a WebSocket is closed after it.</summary>
    Truncated,

    /// <summary>The connection breaks in the middle of the answer.</summary>
    Disconnect,

    /// <summary>The call is answered with JSON-RPC error -32000.</summary>
    RpcError,

    /// <summary>The call is answered null.</summary>
    Null,

    /// <summary>The block below the one asked for is answered.</summary>
    WrongBlock,

    /// <summary>The block's parent hash is not its parent's.</summary>
    WrongParent,

    /// <summary>The last receipt is left out.</summary>
    MissingReceipts,

    /// <summary>A new head is not announced to a subscription.</summary>
    Unannounced,
}
