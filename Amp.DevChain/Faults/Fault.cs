using Amp.DevChain.Rpc;

namespace Amp.DevChain.Faults;

/// <summary>One way to misbehave, and when.</summary>
public sealed record Fault
{
    public required FaultKind Kind { get; init; }

    /// <summary>Calls of this method only.</summary>
    public string? Method { get; init; }

    /// <summary>Calls about this block only.</summary>
    public ulong? Block { get; init; }

    /// <summary>Probability of each fitting call, above 0 and up to 1; certain where none is given.</summary>
    public double? Probability { get; init; }

    /// <summary>Ends after so many fitting calls have failed; never where none is given.</summary>
    public long? Count { get; init; }

    /// <summary>Over HTTP, of <see cref="FaultKind.Hang"/>: how long. Of <see cref="FaultKind.TooManyRequests"/>: the Retry-After.</summary>
    public double? Seconds { get; init; }

    /// <summary>Hits a whole request rather than a call in it.</summary>
    internal bool IsOfRequest => Kind is FaultKind.TooManyRequests or FaultKind.ServerError or FaultKind.Hang or FaultKind.Truncated or FaultKind.Disconnect;

    public string? Problem() => this switch
    {
        { Probability: <= 0 or > 1 } => $"probability {Probability} is not above 0 and up to 1",
        { Count: < 1 } => $"count {Count} is below 1",
        { Seconds: < 0 or > 86_400 } => $"seconds {Seconds} are not within 0 and 86400",
        { Kind: FaultKind.Unannounced, Method: not (null or Subscriptions.Announcement) } => "only eth_subscription announces",
        { Kind: FaultKind.MissingReceipts, Method: not (null or "eth_getBlockReceipts") } => "only eth_getBlockReceipts can miss receipts",
        _ => null,
    };
}
