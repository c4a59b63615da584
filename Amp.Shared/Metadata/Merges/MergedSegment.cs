using Amp.Shared.Metadata.Files;

namespace Amp.Shared.Metadata.Merges;

/// <summary>A file that takes the place of others, published already.</summary>
/// <param name="File">What is to be registered.</param>
/// <param name="Parents">The segments it was made of, in block order.</param>
public sealed record MergedSegment(NewSegment File, IReadOnlyList<SegmentRow> Parents)
{
    public long Generation { get; } = GenerationOf(Parents);

    /// <summary>When the newest of its blocks was read.</summary>
    public DateTimeOffset CreatedAt { get; } = CreatedAtOf(Parents);

    public static long GenerationOf(IReadOnlyList<SegmentRow> parents) => parents.Max(p => p.Generation) + 1;

    public static DateTimeOffset CreatedAtOf(IReadOnlyList<SegmentRow> parents) => parents.Max(p => p.CreatedAt);
}
