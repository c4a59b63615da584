namespace Amp.Worker.Materialize.Parquet;

/// <summary>What the values of a page, or of a chunk, lie between, both bounds as the file has values.</summary>
/// <param name="Least">No value is less.</param>
/// <param name="Most">No value is greater; null when nothing short is known to be so.</param>
/// <param name="IsLeastExact">Whether it is a value, and not the beginning of one.</param>
/// <param name="IsMostExact">Whether it is a value, and not something short above all of them.</param>
internal sealed record PageBounds(byte[] Least, byte[]? Most, bool IsLeastExact = true, bool IsMostExact = true);
