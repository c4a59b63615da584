using Amp.Shared.Metadata.Files;

namespace Amp.Query.Catalog;

/// <summary>The canonical chain of a table's active revision.</summary>
/// <param name="RevisionId">The revision.</param>
/// <param name="Path">Its folder, relative to the store's root.</param>
/// <param name="Live">All live segments, those off the chain too.</param>
/// <param name="Segments">The chain, in block order.</param>
internal sealed record TableChain(long RevisionId, string Path, IReadOnlyList<CatalogSegment> Live, IReadOnlyList<CatalogSegment> Segments);
