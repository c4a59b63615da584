namespace Amp.Worker.Materialize.Parquet;

/// <summary>Where an index of a column chunk lies in the file.</summary>
internal readonly record struct IndexPlace(long Offset, int Length);
