namespace Amp.UnitTests.Materialize;

/// <summary>A data page as the indexes tell it; without nulls and bounds where its chunk has no column index.</summary>
internal sealed record IndexedPage(long FirstRow, long Rows, long Values, long? Nulls, byte[]? Least, byte[]? Most);
