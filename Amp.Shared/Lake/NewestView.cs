using Amp.Shared.Chain;

namespace Amp.Shared.Lake;

/// <summary>For every registered block, the segment that read it last: the best that is known of the node's present chain.</summary>
public static class NewestView
{
    /// <summary>Visible parts in block order.</summary>
    public static IReadOnlyList<VisiblePart<T>> Of<T>(IReadOnlyCollection<T> segments)
        where T : SegmentInfo
    {
        var view = new List<VisiblePart<T>>();
        var open = new PriorityQueue<T, T>(Comparer<T>.Create((a, b) => a.IsNewerThan(b) ? -1 : b.IsNewerThan(a) ? 1 : 0));
        var byStart = segments.OrderBy(s => s.Start).ToArray();
        var next = 0;

        // Between two borders the set of segments that hold the blocks does not change.
        var borders = segments.SelectMany(s => new[] { s.Start, s.End + 1 }).Distinct().Order().ToArray();
        for (var i = 0; i + 1 < borders.Length; i++)
        {
            for (; next < byStart.Length && byStart[next].Start == borders[i]; next++)
                open.Enqueue(byStart[next], byStart[next]);
            while (open.TryPeek(out var ended, out _) && ended.End < borders[i])
                open.Dequeue();
            if (open.TryPeek(out var newest, out _))
                Append(view, newest, new BlockRange(borders[i], borders[i + 1] - 1));
        }

        return view;
    }

    private static void Append<T>(List<VisiblePart<T>> view, T segment, BlockRange range)
        where T : SegmentInfo
    {
        if (view.Count > 0 && ReferenceEquals(view[^1].Segment, segment) && view[^1].Visible.End + 1 == range.Start)
            view[^1] = view[^1] with { Visible = view[^1].Visible with { End = range.End } };
        else
            view.Add(new VisiblePart<T>(segment, range));
    }
}

/// <summary>The part of a segment that no newer one covers.</summary>
public readonly record struct VisiblePart<T>(T Segment, BlockRange Visible)
    where T : SegmentInfo
{
    /// <summary>Hash of the last visible block; null when that is covered inside the segment.</summary>
    public Hash32? EndHash => Visible.End == Segment.End ? Segment.Hash : null;

    /// <summary>Whether the hashes say that this part continues the one before it; a part whose border is covered cannot tell.</summary>
    public bool ContinuesAt(VisiblePart<T> before) =>
        before.Visible.End == before.Segment.End && Visible.Start == Segment.Start && Segment.PrevHash == before.Segment.Hash;
}
