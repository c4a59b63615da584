namespace Amp.Shared.Lake;

/// <summary>
/// Of the graph of a table's registered segments, the one path that readers see, and the fork that waits to replace it.
/// </summary>
/// <remarks>
/// b follows a when a.hash = b.prev_hash and b starts after a ends. The chain starts at the lowest start. Where several
/// segments could come next, the one that reaches the highest block wins, and of equals the newest. A fork that does not
/// yet link to the chain replaces nothing: what lies between is missing (see <see cref="MissingRanges"/>) and, once it is
/// registered, the fork is the longer path.
/// </remarks>
public sealed class CanonicalChain<T>
    where T : SegmentInfo
{
    internal CanonicalChain(IReadOnlyList<T> segments, IReadOnlyList<T> fork)
    {
        Segments = segments;
        Fork = fork;
    }

    /// <summary>In block order, each following the one before it.</summary>
    public IReadOnlyList<T> Segments { get; }

    /// <summary>
    /// A path that the chain does not link to, starts at or before its end + 1 and reaches further, or as far and newer.
    /// Empty when there is none.
    /// </summary>
    public IReadOnlyList<T> Fork { get; }

    public bool IsEmpty => Segments.Count == 0;

    /// <summary>Last block of the chain; null when it is empty.</summary>
    public ulong? End => IsEmpty ? null : Segments[^1].End;
}

/// <summary>Computes the canonical chain of a set of segments. Pure.</summary>
public static class CanonicalChain
{
    public static CanonicalChain<T> Compute<T>(IReadOnlyCollection<T> segments)
        where T : SegmentInfo
    {
        if (segments.Count == 0)
            return new CanonicalChain<T>([], []);

        var graph = new SegmentGraph<T>(segments);
        var lowest = segments.Min(s => s.Start);
        var first = graph.Best(segments.Where(s => s.Start == lowest))!;
        var canonical = graph.PathFrom(first);
        return new CanonicalChain<T>(canonical, FindFork(graph, segments, canonical[^1], lowest));
    }

    private static IReadOnlyList<T> FindFork<T>(SegmentGraph<T> graph, IReadOnlyCollection<T> segments, T tip, ulong lowest)
        where T : SegmentInfo
    {
        var linked = graph.ReachableFrom(segments.Where(s => s.Start == lowest));
        var heads = segments.Where(s => !linked.Contains(s) && s.Start <= tip.End + 1 && !graph.HasPredecessor(s));
        if (graph.Best(heads) is not { } head)
            return [];

        var path = graph.PathFrom(head);
        var end = path[^1];
        var replaces = end.End > tip.End || (end.End == tip.End && end.Hash != tip.Hash && end.IsNewerThan(tip));
        return replaces ? path : [];
    }
}
