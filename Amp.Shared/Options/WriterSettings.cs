namespace Amp.Shared.Options;

/// <summary><c>[writer]</c>: how segments are written, and when one ends.</summary>
/// <param name="Bytes">Target size of a segment.</param>
/// <param name="Rows">Target number of rows of a segment; 0 = no limit.</param>
public sealed record WriterSettings(
    ParquetCompression Compression,
    bool BloomFilters,
    long CacheSizeMb,
    int MaxRowGroupMb,
    double SegmentFlushIntervalSecs,
    long Bytes,
    long Rows,
    SegmentOverflow Overflow,
    CompactorSettings Compactor,
    CollectorSettings Collector)
{
    public TimeSpan SegmentFlushInterval => TimeSpan.FromSeconds(SegmentFlushIntervalSecs);
}
