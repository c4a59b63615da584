using Amp.Shared.Chain;

namespace Amp.Shared.Lake;

/// <summary>Who follows whom among segments, and how far each path reaches. Linear in the number of segments but for one sort.</summary>
internal sealed class SegmentGraph<T>
    where T : SegmentInfo
{
    private readonly ILookup<Hash32, T> _byPrevHash;
    private readonly HashSet<T> _withPredecessor = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<T, (ulong Reach, T? Next)> _best = new(ReferenceEqualityComparer.Instance);

    public SegmentGraph(IReadOnlyCollection<T> segments)
    {
        _byPrevHash = segments.ToLookup(s => s.PrevHash);

        // A follower starts after its predecessor ends: from the highest start down, every follower is known already.
        foreach (var segment in segments.OrderByDescending(s => s.Start))
        {
            var next = Best(FollowersOf(segment));
            _best[segment] = (next is null ? segment.End : _best[next].Reach, next);
            _withPredecessor.UnionWith(FollowersOf(segment));
        }
    }

    public bool HasPredecessor(T segment) => _withPredecessor.Contains(segment);

    /// <summary>The candidate whose path reaches the highest block; of equals the newest.</summary>
    public T? Best(IEnumerable<T> candidates)
    {
        T? best = null;
        foreach (var candidate in candidates)
        {
            if (best is null || _best[candidate].Reach > _best[best].Reach
                || (_best[candidate].Reach == _best[best].Reach && candidate.IsNewerThan(best)))
                best = candidate;
        }

        return best;
    }

    public IReadOnlyList<T> PathFrom(T first)
    {
        var path = new List<T>();
        for (T? segment = first; segment is not null; segment = _best[segment].Next)
            path.Add(segment);
        return path;
    }

    public IReadOnlySet<T> ReachableFrom(IEnumerable<T> roots)
    {
        var seen = new HashSet<T>(ReferenceEqualityComparer.Instance);
        var open = new Stack<T>(roots);
        while (open.TryPop(out var segment))
        {
            if (!seen.Add(segment))
                continue;
            foreach (var follower in FollowersOf(segment))
                open.Push(follower);
        }

        return seen;
    }

    private IEnumerable<T> FollowersOf(T segment) => _byPrevHash[segment.Hash].Where(s => s.Follows(segment));
}
