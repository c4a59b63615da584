namespace Amp.Shared.Options;

/// <summary>The <c>query_…</c> limits of a server; durations in seconds, 0 = no limit.</summary>
public sealed record QuerySettings(double TimeoutSecs, long MaxRows, int MaxConcurrent, int QueueLength, double QueueWaitSecs);
