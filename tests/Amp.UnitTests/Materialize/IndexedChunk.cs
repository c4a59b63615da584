namespace Amp.UnitTests.Materialize;

/// <summary>A column chunk as the footer tells it.</summary>
internal sealed record IndexedChunk(
    IReadOnlyList<string> Path, long FirstRow, long Rows, long Values, long Nulls, byte[]? Least, byte[]? Most, bool IsExact,
    IReadOnlyList<IndexedPage> Pages);
