namespace Amp.Shared.Lake;

/// <summary>Of the graph of a table's registered segments, the one path that readers see.</summary>
/// <remarks>
/// b follows a when a.hash = b.prev_hash and b starts after a ends. The chain starts at the lowest start. Where several
/// segments could come next, the one whose path reaches the highest block wins, and of equals the newest: so a longer fork
/// replaces the tail it parts from. A fork that does not link yet replaces nothing; what must be read again for it to
/// link is missing (see <see cref="MissingRanges"/>).
/// </remarks>
public sealed class CanonicalChain<T>
    where T : SegmentInfo
{
    internal CanonicalChain(IReadOnlyList<T> segments) => Segments = segments;

    /// <summary>In block order, each following the one before it.</summary>
    public IReadOnlyList<T> Segments { get; }

    public bool IsEmpty => Segments.Count == 0;

    /// <summary>Last block of the chain; null when it is empty.</summary>
    public ulong? End => IsEmpty ? null : Segments[^1].End;
}

/// <summary>Computes the canonical chain of a set of segments. Pure; one sort, else linear.</summary>
public static class CanonicalChain
{
    public static CanonicalChain<T> Compute<T>(IReadOnlyCollection<T> segments)
        where T : SegmentInfo
    {
        if (segments.Count == 0)
            return new CanonicalChain<T>([]);

        // A follower starts after its predecessor ends: from the highest start down, every follower is known already.
        var byPrevHash = segments.ToLookup(s => s.PrevHash);
        var best = new Dictionary<T, Step<T>>(segments.Count, ReferenceEqualityComparer.Instance);
        foreach (var segment in segments.OrderByDescending(s => s.Start))
        {
            var next = Best(byPrevHash[segment.Hash].Where(s => s.Follows(segment)), best);
            best[segment] = new Step<T>(next is null ? segment.End : best[next].Reach, next);
        }

        var lowest = segments.Min(s => s.Start);
        var path = new List<T>();
        for (var segment = Best(segments.Where(s => s.Start == lowest), best); segment is not null; segment = best[segment].Next)
            path.Add(segment);
        return new CanonicalChain<T>(path);
    }

    /// <summary>
    /// The canonical chain of a whole chain, one to which all segments belong, and of what was added to them, where that follows its end one by one; null
    /// where something else was added, so that all is to be computed.
    /// </summary>
    public static IReadOnlyList<T>? Extend<T>(IReadOnlyList<T> whole, IReadOnlyCollection<T> added)
        where T : SegmentInfo
    {
        if (whole.Count == 0)
            return null;
        var longer = new List<T>(whole.Count + added.Count);
        longer.AddRange(whole);
        foreach (var segment in added.OrderBy(s => s.Start))
        {
            if (!segment.Follows(longer[^1]))
                return null;
            longer.Add(segment);
        }

        return longer;
    }

    /// <summary>
    /// Those that no reader sees because others hold the same blocks of the chain. What lies beyond its end is none of them: it may have been read ahead,
    /// and link when the gap before it is filled.
    /// </summary>
    public static IReadOnlyList<T> Superseded<T>(IReadOnlyCollection<T> segments)
        where T : SegmentInfo
    {
        var chain = Compute(segments);
        if (chain.End is not { } end)
            return [];
        var seen = new HashSet<T>(chain.Segments, ReferenceEqualityComparer.Instance);
        return [.. segments.Where(s => s.End <= end && !seen.Contains(s))];
    }

    /// <summary>
    /// Those of them that no reading to come needs: not what was read later than what the chain holds of the same blocks. A reorganisation that is not
    /// healed yet goes on from there.
    /// </summary>
    public static IReadOnlyList<T> LeftBehind<T>(IReadOnlyCollection<T> segments)
        where T : SegmentInfo
    {
        var chain = Compute(segments).Segments;
        return [.. Superseded(segments).Where(s => !chain.Any(c => c.Start <= s.End && s.Start <= c.End && s.IsNewerThan(c)))];
    }

    private static T? Best<T>(IEnumerable<T> candidates, Dictionary<T, Step<T>> steps)
        where T : SegmentInfo
    {
        T? best = null;
        foreach (var candidate in candidates)
        {
            if (best is null || steps[candidate].Reach > steps[best].Reach
                || (steps[candidate].Reach == steps[best].Reach && candidate.IsNewerThan(best)))
                best = candidate;
        }

        return best;
    }

    /// <summary>The highest block that a path from a segment reaches, and the segment that it goes to next.</summary>
    private readonly record struct Step<T>(ulong Reach, T? Next)
        where T : SegmentInfo;
}
