namespace Amp.Worker.Materialize;

/// <summary>
/// When a row group ends: at <c>writer.max_row_group_mb</c> of column data, or earlier when all open row groups of the process
/// together hold more encoded pages than a worker may.
/// </summary>
internal sealed class RowGroupBudget(int maxRowGroupMb)
{
    // Pages of an open row group stay in native memory until it ends. With three tables of several ranges open at once this
    // is what bounds a worker to 512 MB.
    private const long MaxEncodedBytes = 40L << 20;
    private const long LeastGroupBytes = 8L << 20;

    private readonly long _maxGroupBytes = (long)maxRowGroupMb << 20;

    /// <param name="groupBytes">Column data that went into the open row group.</param>
    public bool IsSpent(long groupBytes)
    {
        if (groupBytes >= _maxGroupBytes)
            return true;
        if (groupBytes < LeastGroupBytes)
            return false;
        return ParquetProperties.Pool.BytesAllocated > MaxEncodedBytes;
    }
}
