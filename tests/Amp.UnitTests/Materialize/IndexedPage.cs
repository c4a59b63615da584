namespace Amp.UnitTests.Materialize;

/// <summary>A data page as the indexes tell it.</summary>
internal sealed record IndexedPage(long FirstRow, long Rows, long Values, long Nulls, byte[]? Least, byte[]? Most);
