using Amp.Shared.Chain;
using Amp.Shared.Lake;

namespace Amp.Shared.Metadata.Files;

/// <summary>One registered segment: a Parquet file of one table.</summary>
/// <param name="Path">Folder of the revision, relative to the store's root.</param>
/// <param name="Timestamp">Of the last block, in seconds; lakes of other systems may lack it.</param>
/// <param name="CreatedAt">When its blocks were read; of a merge, those of its newest parent.</param>
/// <param name="ObjectETag">What the store calls this version of it; null where it has no such name.</param>
/// <param name="MergedAt">When a merge registered it; null for others.</param>
/// <param name="IsForeign">Restored from the store: its columns may be others than the table's.</param>
public sealed record SegmentRow(
    long Id,
    long RevisionId,
    string Path,
    string FileName,
    long ObjectSize,
    string Network,
    ulong Start,
    ulong End,
    Hash32 Hash,
    Hash32 PrevHash,
    ulong? Timestamp,
    long RowCount,
    long Generation,
    DateTimeOffset CreatedAt,
    string? ObjectETag = null,
    DateTimeOffset? MergedAt = null,
    bool IsForeign = false)
    : SegmentInfo(Id, Start, End, Hash, PrevHash, CreatedAt)
{
    /// <summary>Since when the file is there.</summary>
    public DateTimeOffset RegisteredAt => MergedAt ?? CreatedAt;

    /// <summary>Where the file lies, relative to the store's root.</summary>
    public string RelativePath => $"{Path.TrimEnd('/')}/{FileName}";
}
