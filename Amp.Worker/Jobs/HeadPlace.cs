using Amp.Shared.Chain;
using Amp.Shared.Lake;

namespace Amp.Worker.Jobs;

/// <summary>How far the head is followed.</summary>
/// <param name="Next">First block that is not registered.</param>
/// <param name="ParentHash">Hash of the registered block before it; null when that block is not registered yet.</param>
internal readonly record struct HeadPlace(ulong Next, Hash32? ParentHash)
{
    /// <summary>The node's head is as high as what is registered, and another block: a reorganisation of equal height.</summary>
    public bool IsReplacedBy(BlockHeader head) => ParentHash is { } hash && head.Number + 1 == Next && head.Hash != hash;

    /// <summary>
    /// Where a head goes on: behind what is registered from its start on, or where that has a gap or neighbours that do not link,
    /// of which the older is read again. Pure.
    /// </summary>
    /// <param name="start">First block of the head range.</param>
    /// <param name="segments">Of one table, all that end at the block before the start or later.</param>
    public static HeadPlace Find<T>(ulong start, IReadOnlyCollection<T> segments)
        where T : SegmentInfo
    {
        var place = new HeadPlace(start, ParentHash: null);
        var earlier = place;
        VisiblePart<T>? last = null;
        foreach (var part in NewestView.Of(segments).Where(p => p.Visible.End + 1 >= start))
        {
            if (part.Visible.Start > place.Next)
                return place;
            if (last is { } before && !part.ContinuesAt(before))
            {
                if (before.Segment.IsNewerThan(part.Segment))
                    return place;

                // Below the start it is not the head's: an ordinary range is made for it when the job settles.
                if (before.Visible.Start >= start)
                    return earlier;
            }

            (earlier, place, last) = (place, new HeadPlace(part.Visible.End + 1, part.EndHash), part);
        }

        return place;
    }
}
