using Amp.Worker.Materialize.Parquet;

namespace Amp.Worker.Materialize;

/// <summary>
/// When a row group ends: at <c>writer.max_row_group_mb</c> of column data, or earlier when all open row groups of the process
/// together hold more encoded pages than a worker may.
/// </summary>
internal sealed class RowGroupBudget
{
    // Pages of an open row group stay in memory until it ends, besides some 15 MB of dictionaries and unfinished pages for each open segment.
    // With three tables of several ranges open at once this is what bounds a worker to 512 MB.
    private const long MaxEncodedBytes = 24L << 20;
    private const long LeastGroupBytes = 8L << 20;

    // Merges have memory of their own, so that they do not end the row groups of what is extracted beside them; their files are to have
    // large ones.
    private const long MaxEncodedBytesOfMerges = 96L << 20;
    private const long LeastGroupBytesOfMerges = 32L << 20;

    private static readonly PageMemory _pages = new();
    private static readonly PageMemory _pagesOfMerges = new();

    private readonly long _maxGroupBytes;
    private readonly long _leastGroupBytes = LeastGroupBytes;
    private readonly long _maxEncodedBytes = MaxEncodedBytes;

    public RowGroupBudget(int maxRowGroupMb) => _maxGroupBytes = (long)maxRowGroupMb << 20;

    private RowGroupBudget(int maxRowGroupMb, PageMemory pages, long leastGroupBytes, long maxEncodedBytes)
        : this(maxRowGroupMb) => (Pages, _leastGroupBytes, _maxEncodedBytes) = (pages, leastGroupBytes, maxEncodedBytes);

    /// <summary>Where the pages of open row groups wait.</summary>
    public PageMemory Pages { get; } = _pages;

    public static RowGroupBudget OfMerges(int maxRowGroupMb) =>
        new(maxRowGroupMb, _pagesOfMerges, LeastGroupBytesOfMerges, MaxEncodedBytesOfMerges);

    /// <param name="groupBytes">Column data that went into the open row group.</param>
    public bool IsSpent(long groupBytes)
    {
        if (groupBytes >= _maxGroupBytes)
            return true;
        if (groupBytes < _leastGroupBytes)
            return false;
        return Pages.HeldBytes > _maxEncodedBytes;
    }
}
