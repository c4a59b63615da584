namespace Amp.Shared.Faults;

/// <summary>A fault that waiting may mend: a node, a store or a database that is away or overloaded.</summary>
public sealed class RetryableException(ErrorCode code, string message, Exception? cause = null, TimeSpan? retryAfter = null)
    : AmpException(code, message, cause)
{
    public override bool IsRetryable => true;

    /// <summary>How long the other side asked us to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
