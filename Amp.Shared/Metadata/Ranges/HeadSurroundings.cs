namespace Amp.Shared.Metadata.Ranges;

/// <summary>What lies below the head of a job, at one moment.</summary>
/// <param name="Mark">See <see cref="SettleMark"/>.</param>
/// <param name="RangesWait">An ordinary range waits for a worker.</param>
/// <param name="NeighbourIsOpen">The range that ends where the head starts is not done.</param>
public sealed record HeadSurroundings(string Mark, bool RangesWait, bool NeighbourIsOpen);
