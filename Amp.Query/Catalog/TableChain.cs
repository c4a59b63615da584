using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;

namespace Amp.Query.Catalog;

/// <summary>The canonical chain of a table's active revision.</summary>
/// <param name="RevisionId">The revision.</param>
/// <param name="Path">Its folder, relative to the store's root.</param>
/// <param name="Live">All live segments, those off the chain too.</param>
/// <param name="Segments">The chain, in block order.</param>
internal sealed record TableChain(long RevisionId, string Path, IReadOnlyList<CatalogSegment> Live, IReadOnlyList<CatalogSegment> Segments)
{
    private readonly decimal _idSum = Live.Sum(s => (decimal)s.Id);

    public long MaxId { get; } = Live.Count == 0 ? 0 : Live.Max(s => s.Id);

    public static TableChain Of(CatalogRevision revision, IReadOnlyList<CatalogSegment> live) =>
        new(revision.Id, revision.Path, live, CanonicalChain.Compute(live).Segments);

    /// <summary>Whether these are the segments that the database has.</summary>
    public bool IsMarked(CatalogRevision revision) => revision.Segments == Live.Count && revision.IdSum == _idSum && revision.Path == Path;

    /// <summary>The chain after new rows were read.</summary>
    /// <param name="revision">The revision as it is now.</param>
    /// <param name="recent">All live segments with ids above <paramref name="after"/>.</param>
    public TableChain Grow(CatalogRevision revision, IEnumerable<CatalogSegment> recent, long after)
    {
        var known = Live.Where(s => s.Id > after).Select(s => s.Id).ToHashSet();
        var added = new List<CatalogSegment>();
        var live = Live.Where(s => s.Id <= after).ToList();
        foreach (var segment in recent)
        {
            live.Add(segment);
            if (!known.Remove(segment.Id))
                added.Add(segment);
        }

        // All that was known is on the chain and is there still: what follows its end makes it longer.
        var isWhole = known.Count == 0 && Live.Count == Segments.Count;
        return isWhole && CanonicalChain.Extend(Segments, added) is { } longer
            ? new TableChain(revision.Id, revision.Path, live, longer)
            : Of(revision, live);
    }
}
