using Amp.Shared.Metadata.Files;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>What is to be merged next.</summary>
/// <param name="Groups">For each table that gains by it, the consecutive segments that become one; none when nothing is to be merged now.</param>
/// <param name="Witnesses">Other live segments that hold some of the same blocks: should there be more when the merge is registered, the chain has changed meanwhile.</param>
/// <param name="LookAt">When the next segment has cooled down; null when none has to.</param>
internal sealed record MergeDecision(IReadOnlyList<IReadOnlyList<SegmentRow>> Groups, IReadOnlyList<long> Witnesses, DateTimeOffset? LookAt);
