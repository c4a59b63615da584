using Amp.Shared.Chain;

namespace Amp.Shared.Lake;

/// <summary>What is still to be extracted. Pure; progress is never stored twice, the registered segments are the checkpoint.</summary>
public static class MissingRanges
{
    /// <summary>
    /// <paramref name="desired"/> minus every registered range and, where neighbours do not link because the chain was
    /// reorganised between their readings, the older of the two once more.
    /// </summary>
    /// <remarks>
    /// For a fork that was read after what it replaces this is: from the start of the canonical segment that holds
    /// (fork start − 1) up to the fork, and again one segment deeper until it links. It also mends a piece that was read
    /// ahead of the chain and reorganised since, and a fork of equal height.
    /// </remarks>
    public static IReadOnlyList<BlockRange> Of<T>(BlockRange desired, IReadOnlyCollection<T> segments)
        where T : SegmentInfo
    {
        var unlinked = UnlinkedParts(segments).Where(desired.Overlaps)
            .Select(r => new BlockRange(Math.Max(r.Start, desired.Start), Math.Min(r.End, desired.End)));
        return Union([.. Subtract(desired, segments.Select(s => s.Blocks)), .. unlinked]);
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

    private static IEnumerable<BlockRange> UnlinkedParts<T>(IReadOnlyCollection<T> segments)
        where T : SegmentInfo
    {
        var view = NewestView.Of(segments);
        for (var i = 1; i < view.Count; i++)
        {
            var (before, after) = (view[i - 1], view[i]);
            if (before.Visible.End + 1 == after.Visible.Start && !after.ContinuesAt(before))
                yield return before.Segment.IsNewerThan(after.Segment) ? after.Visible : before.Visible;
        }
    }
}
