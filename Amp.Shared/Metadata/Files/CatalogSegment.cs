using Amp.Shared.Chain;
using Amp.Shared.Lake;

namespace Amp.Shared.Metadata.Files;

/// <summary>A live segment as queries need it.</summary>
/// <param name="RevisionId">The revision it belongs to.</param>
/// <param name="FileName">File in the revision's folder.</param>
/// <param name="Network">Network of its blocks.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="ETag">What the store calls this version of it; null where it has no such name.</param>
/// <param name="IsOurs">Written by a worker of this system, so that its columns are the table's; false when it was restored and does not say of which version it is.</param>
public sealed record CatalogSegment(
    long Id, long RevisionId, string FileName, long Size, string? ETag, string Network, ulong Start, ulong End, Hash32 Hash, Hash32 PrevHash, DateTimeOffset CreatedAt, bool IsOurs)
    : SegmentInfo(Id, Start, End, Hash, PrevHash, CreatedAt)
{
    public long Rows { get; init; }
}
