using Apache.Arrow;

namespace Amp.Query.Catalog;

/// <summary>What a query sees of one table: its columns and the files that hold its rows, in the order of blocks.</summary>
/// <param name="Columns">Columns as the table declares them.</param>
/// <param name="Files">Files; none for a table without rows yet.</param>
/// <param name="Range">Blocks seen of the whole dataset; null while it has none.</param>
/// <param name="ReadAt">The database's time when the dataset was read; null for tables from elsewhere.</param>
public sealed record TableSnapshot(Schema Columns, IReadOnlyList<SnapshotFile> Files, SnapshotRange? Range, DateTimeOffset? ReadAt = null);
