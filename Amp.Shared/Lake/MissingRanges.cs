using Amp.Shared.Chain;

namespace Amp.Shared.Lake;

/// <summary>What is still to be extracted. Pure; progress is never stored twice, the registered segments are the checkpoint.</summary>
public static class MissingRanges
{
    /// <summary>
    /// <paramref name="desired"/> minus every registered range; and, when a fork exists, the blocks from the start of the
    /// canonical segment that holds (fork start − 1) up to the fork, which must be read again from the chain of the fork.
    /// </summary>
    public static IReadOnlyList<BlockRange> Of<T>(BlockRange desired, IReadOnlyCollection<T> segments)
        where T : SegmentInfo
    {
        var missing = Subtract(desired, segments.Select(s => s.Blocks));
        return RejoinOf(CanonicalChain.Compute(segments)) is { } rejoin && Clip(rejoin, desired) is { } clipped
            ? Union([.. missing, clipped])
            : missing;
    }

    /// <summary>What several tables lack: a block that one of them lacks is extracted for all, for they are registered together.</summary>
    public static IReadOnlyList<BlockRange> OfAll<T>(BlockRange desired, IEnumerable<IReadOnlyCollection<T>> tables)
        where T : SegmentInfo =>
        Union(tables.SelectMany(t => Of(desired, t)));

    /// <summary>Sorted, overlapping and adjacent ranges merged.</summary>
    public static IReadOnlyList<BlockRange> Union(IEnumerable<BlockRange> ranges)
    {
        var union = new List<BlockRange>();
        foreach (var range in ranges.OrderBy(r => r.Start))
        {
            if (union.Count > 0 && (union[^1].End == ulong.MaxValue || range.Start <= union[^1].End + 1))
                union[^1] = union[^1] with { End = Math.Max(union[^1].End, range.End) };
            else
                union.Add(range);
        }

        return union;
    }

    /// <summary>The parts of <paramref name="whole"/> that no range of <paramref name="parts"/> covers, in order.</summary>
    public static IReadOnlyList<BlockRange> Subtract(BlockRange whole, IEnumerable<BlockRange> parts)
    {
        var left = new List<BlockRange>();
        var next = whole.Start;
        foreach (var part in Union(parts.Where(whole.Overlaps)))
        {
            if (part.Start > next)
                left.Add(new BlockRange(next, part.Start - 1));
            if (part.End >= whole.End)
                return left;
            next = part.End + 1;
        }

        if (next <= whole.End)
            left.Add(new BlockRange(next, whole.End));
        return left;
    }

    private static BlockRange? RejoinOf<T>(CanonicalChain<T> chain)
        where T : SegmentInfo
    {
        if (chain.Fork is not [{ Start: > 0 } head, ..])
            return null;
        var before = head.Start - 1;
        var holder = chain.Segments.FirstOrDefault(s => s.Blocks.Contains(before));
        return holder is null ? null : new BlockRange(holder.Start, before);
    }

    private static BlockRange? Clip(BlockRange range, BlockRange to) =>
        range.Overlaps(to) ? new BlockRange(Math.Max(range.Start, to.Start), Math.Min(range.End, to.End)) : null;
}
