namespace Amp.Worker.Materialize.Parquet;

/// <summary>What the footer says of a column chunk that is written.</summary>
/// <param name="Leaf">The column.</param>
/// <param name="Start">Where it begins in the file.</param>
/// <param name="DictionaryBytes">Its dictionary page, which comes first; zero when it has none.</param>
/// <param name="Bytes">All its pages with their headers.</param>
/// <param name="PlainBytes">The same before compression.</param>
/// <param name="Values">Nulls included.</param>
/// <param name="DictionaryPages">Data pages that refer to the dictionary.</param>
/// <param name="Pages">Its data pages.</param>
/// <param name="Bounds">Null when it has nulls alone.</param>
internal sealed record ChunkSummary(
    ParquetLeaf Leaf, long Start, long DictionaryBytes, long Bytes, long PlainBytes, long Values, int DictionaryPages, IReadOnlyList<PageSummary> Pages,
    PageBounds? Bounds)
{
    public long DataStart => Start + DictionaryBytes;

    public long Nulls => Pages.Sum(p => (long)p.Nulls);
}
