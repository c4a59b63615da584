namespace Amp.Shared.Metadata.Ranges;

/// <summary>A job with work to give.</summary>
/// <param name="Id">The job.</param>
/// <param name="Network">The chain that it reads.</param>
/// <param name="Parallelism">Most ranges of it at once.</param>
/// <param name="Leased">Ranges of it that are worked on.</param>
/// <param name="WaitingBlocks">Blocks in its waiting ranges, the head's apart.</param>
/// <param name="HasProgress">Some range of it has begun.</param>
/// <param name="ServedAt">When a range of it was last taken; when it was planned if none was. By the database's clock.</param>
/// <param name="Waited">How long that is ago.</param>
/// <param name="WorkerPattern">Which workers may work on it; null for all.</param>
/// <param name="IsMine">The worker that asks works on it, or was the last on a range that waits.</param>
public readonly record struct ClaimableJob(
    long Id, string Network, int Parallelism, int Leased, ulong WaitingBlocks, bool HasProgress, DateTime ServedAt, TimeSpan Waited, string? WorkerPattern, bool IsMine);
