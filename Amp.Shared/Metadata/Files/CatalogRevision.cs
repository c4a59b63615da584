namespace Amp.Shared.Metadata.Files;

/// <summary>An active revision and a mark of its live segments: a set of segments with the same mark is the same set.</summary>
/// <param name="Id">The revision.</param>
/// <param name="Table">Its table.</param>
/// <param name="Path">Its folder, relative to the store's root.</param>
/// <param name="Segments">Number of live segments.</param>
/// <param name="IdSum">Sum of their ids.</param>
public sealed record CatalogRevision(long Id, string Table, string Path, long Segments, decimal IdSum);
