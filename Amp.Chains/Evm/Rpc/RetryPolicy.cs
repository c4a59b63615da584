namespace Amp.Chains.Evm.Rpc;

/// <summary>How often and how soon a failed call is tried again before its fault is told.</summary>
/// <param name="Attempts">Attempts at what waiting may mend.</param>
/// <param name="PermanentAttempts">Attempts at what a node refuses for good: a second one tells a slip from a rule.</param>
/// <param name="First">Pause after the first attempt; it doubles.</param>
/// <param name="Longest">Where the doubling ends.</param>
internal sealed record RetryPolicy(int Attempts, int PermanentAttempts, TimeSpan First, TimeSpan Longest)
{
    private static readonly TimeSpan _longestAsked = TimeSpan.FromMinutes(1);

    public static RetryPolicy Default { get; } = new(Attempts: 9, PermanentAttempts: 2, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    public static RetryPolicy Once { get; } = Default with { Attempts = 1, PermanentAttempts = 1 };

    /// <summary>Pause after an attempt: exponential with jitter and a cap, and not less than what the node asked for.</summary>
    public TimeSpan Pause(int attempt, TimeSpan? asked = null)
    {
        var full = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 30)));
        var pause = TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
        return asked > pause ? TimeSpan.FromTicks(Math.Min(asked.Value.Ticks, _longestAsked.Ticks)) : pause;
    }
}
