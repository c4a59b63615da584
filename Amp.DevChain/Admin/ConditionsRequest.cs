namespace Amp.DevChain.Admin;

/// <summary>What is null stays as it is.</summary>
internal sealed record ConditionsRequest(double? LatencyMs = null, int? RateLimit = null);
