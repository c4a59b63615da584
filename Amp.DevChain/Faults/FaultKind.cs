namespace Amp.DevChain.Faults;

/// <summary>Ways to misbehave. The words are those of the admin call, in snake case.</summary>
public enum FaultKind
{
    /// <summary>The request is answered 429 with Retry-After.</summary>
    TooManyRequests,

    /// <summary>The request is answered 500.</summary>
    ServerError,

    /// <summary>The request is not answered; the connection breaks after the fault's seconds.</summary>
    Hang,

    /// <summary>The answer ends in the middle of its JSON, as if complete.</summary>
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
