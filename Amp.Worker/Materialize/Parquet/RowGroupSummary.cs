namespace Amp.Worker.Materialize.Parquet;

/// <summary>What the footer says of a row group that is written.</summary>
internal sealed record RowGroupSummary(long Start, long Rows, IReadOnlyList<ChunkSummary> Columns);
