using Amp.Shared.Metadata.Files;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>The least run of blocks that begins and ends with a segment in every table of a dataset, with the segments that hold it.</summary>
/// <param name="Tables">Segments by table, in block order; at least one each.</param>
/// <param name="IsSettled">Nothing newer holds any of its blocks, and nothing keeps its files from being merged.</param>
internal sealed record MergePiece(IReadOnlyList<IReadOnlyList<SegmentRow>> Tables, bool IsSettled)
{
    public long Generation { get; } = Tables.Max(t => t.Max(s => s.Generation));

    public DateTimeOffset RegisteredAt { get; } = Tables.Max(t => t.Max(s => s.RegisteredAt));

    public long[] Bytes { get; } = [.. Tables.Select(t => t.Sum(s => s.ObjectSize))];

    public long[] Rows { get; } = [.. Tables.Select(t => t.Sum(s => s.RowCount))];

    public long TotalBytes => Bytes.Sum();

    public string Network => Tables[0][0].Network;
}
