using Amp.Shared.Chain;

namespace Amp.Shared.Metadata.Files;

/// <summary>A published file that is to be registered.</summary>
/// <param name="CreatedAt">When its blocks were read, by the database's clock: the later of two readings is the one that counts. Its footer says the same.</param>
/// <param name="ObjectETag">What the store calls this version of it; null where it has no such name.</param>
public sealed record NewSegment(
    long RevisionId, string FileName, long ObjectSize, string Network, ulong Start, ulong End, Hash32 Hash, Hash32 PrevHash, ulong Timestamp, long RowCount,
    DateTimeOffset CreatedAt, string? ObjectETag = null);
