namespace Amp.Shared.Metadata.Ranges;

/// <summary>What a living worker holds.</summary>
/// <param name="NodeId">The worker.</param>
/// <param name="Slots">Ordinary ranges that it has room for.</param>
/// <param name="Heads">Heads that it follows.</param>
/// <param name="OrdinaryJobs">The job of each ordinary range that it holds.</param>
public sealed record WorkerLoad(string NodeId, int Slots, int Heads, IReadOnlyList<long> OrdinaryJobs);
