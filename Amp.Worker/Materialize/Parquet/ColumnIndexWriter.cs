namespace Amp.Worker.Materialize.Parquet;

/// <summary>The bounds of the pages of a column chunk, by which readers leave pages out.</summary>
internal static class ColumnIndexWriter
{
    private const int Unordered = 0;
    private const int Ascending = 1;

    /// <summary>Without an upper bound of one page there can be none: readers look at all of them then.</summary>
    public static bool HasIndex(ChunkSummary chunk) => chunk.Pages.All(p => p.Bounds is not { Most: null });

    public static void Write(ThriftWriter thrift, ChunkSummary chunk)
    {
        thrift.BeginElement();
        thrift.Bools(1, [.. chunk.Pages.Select(p => p.Bounds is null)]);
        thrift.ByteStrings(2, chunk.Pages.Count);
        foreach (var page in chunk.Pages)
            thrift.ElementBytes(page.Bounds?.Least);
        thrift.ByteStrings(3, chunk.Pages.Count);
        foreach (var page in chunk.Pages)
            thrift.ElementBytes(page.Bounds?.Most);

        // Pages of one value each, or a single one, are in order whatever the type; more is not claimed.
        thrift.I32(4, chunk.Pages.Count <= 1 ? Ascending : Unordered);
        thrift.I64s(5, [.. chunk.Pages.Select(p => (long)p.Nulls)]);
        thrift.EndStruct();
    }
}
