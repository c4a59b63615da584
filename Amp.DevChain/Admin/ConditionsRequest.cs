namespace Amp.DevChain.Admin;

/// <summary>What is null stays as it is.</summary>
internal sealed record ConditionsRequest(double? LatencyMs = null, int? RateLimit = null, double? BlockTimeMs = null, ulong? FinalityLag = null)
{
    private const double Day = 86_400_000;

    /// <summary>The first thing wrong with it, or null.</summary>
    public string? Problem() => this switch
    {
        { LatencyMs: not (null or (>= 0 and <= Day)) } => $"latency_ms {LatencyMs} is not within 0 and {Day}",
        { RateLimit: < 0 } => $"rate_limit {RateLimit} is negative",
        { BlockTimeMs: not (null or 0 or (>= 10 and <= Day)) } => $"block_time_ms {BlockTimeMs} is neither 0 nor within 10 and {Day}",
        _ => null,
    };
}
