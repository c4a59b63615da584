namespace Amp.Worker.Materialize.Parquet;

/// <summary>What the indexes of a file say of a data page.</summary>
/// <param name="Offset">Where its header begins, from the first data page of the chunk.</param>
/// <param name="Bytes">Its header and what follows it.</param>
/// <param name="FirstRow">Of the row group.</param>
/// <param name="Nulls">Values that are not there.</param>
/// <param name="Bounds">Null when it has nulls alone.</param>
internal sealed record PageSummary(long Offset, int Bytes, long FirstRow, int Nulls, PageBounds? Bounds);
