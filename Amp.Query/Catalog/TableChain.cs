using Amp.Shared.Metadata.Files;

namespace Amp.Query.Catalog;

/// <summary>The canonical chain of a table's active revision.</summary>
/// <param name="RevisionId">The revision.</param>
/// <param name="Path">Its folder, relative to the store's root.</param>
/// <param name="Live">All live segments, those off the chain too.</param>
/// <param name="Segments">The chain, in block order.</param>
internal sealed record TableChain(long RevisionId, string Path, IReadOnlyList<CatalogSegment> Live, IReadOnlyList<CatalogSegment> Segments)
{
    public long MaxId { get; } = Live.Count == 0 ? 0 : Live.Max(s => s.Id);

    private readonly decimal _idSum = Live.Sum(s => (decimal)s.Id);

    /// <summary>Whether these are the segments that the database has.</summary>
    public bool IsMarked(CatalogRevision revision) => revision.Segments == Live.Count && revision.IdSum == _idSum && revision.Path == Path;

    public static bool IsMarked(IReadOnlyList<CatalogSegment> live, CatalogRevision revision) =>
        revision.Segments == live.Count && revision.IdSum == live.Sum(s => (decimal)s.Id);
}
