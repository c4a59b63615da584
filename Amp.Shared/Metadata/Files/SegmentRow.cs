using Amp.Shared.Chain;
using Amp.Shared.Lake;

namespace Amp.Shared.Metadata.Files;

/// <summary>One registered segment: a Parquet file of one table.</summary>
/// <param name="Path">Folder of the revision, relative to the store's root.</param>
/// <param name="Timestamp">Of the last block, in seconds; lakes of other systems may lack it.</param>
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
    DateTimeOffset CreatedAt)
    : SegmentInfo(Id, Start, End, Hash, PrevHash, CreatedAt)
{
    /// <summary>Where the file lies, relative to the store's root.</summary>
    public string RelativePath => $"{Path.TrimEnd('/')}/{FileName}";
}
