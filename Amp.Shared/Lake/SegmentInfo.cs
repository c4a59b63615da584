using Amp.Shared.Chain;

namespace Amp.Shared.Lake;

/// <summary>What the graph of a table's segments needs to know of one of them.</summary>
/// <param name="Id">Row of the registration; grows with it.</param>
/// <param name="Start">First block.</param>
/// <param name="End">Last block, inclusive.</param>
/// <param name="Hash">Hash of the last block.</param>
/// <param name="PrevHash">Parent hash of the first block.</param>
/// <param name="CreatedAt">When it was published, by the database's clock; of a merge, when its newest parent was.</param>
public record SegmentInfo(long Id, ulong Start, ulong End, Hash32 Hash, Hash32 PrevHash, DateTimeOffset CreatedAt)
{
    public BlockRange Blocks => new(Start, End);

    /// <summary>Whether this segment continues <paramref name="other"/>.</summary>
    public bool Follows(SegmentInfo other) => PrevHash == other.Hash && Start > other.End;

    /// <summary>
    /// The later reading of two. A merge is of the instant of its newest parent, and newer: of equal instants the wider one is, and of equally wide ones the
    /// later row, whatever the order in which a restore made the rows.
    /// </summary>
    public bool IsNewerThan(SegmentInfo other)
    {
        if (CreatedAt != other.CreatedAt)
            return CreatedAt > other.CreatedAt;
        var (width, otherWidth) = (End - Start, other.End - other.Start);
        return width == otherWidth ? Id > other.Id : width > otherWidth;
    }
}
