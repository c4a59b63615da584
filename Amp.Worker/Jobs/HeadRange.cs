using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>The head range under work: where it starts, and where it has to be read again. All below its start is for ordinary ranges.</summary>
internal sealed class HeadRange(NpgsqlDataSource database, JobWork work)
{
    /// <summary>Deeper reorganisations are rare: they take more than one read of the segments.</summary>
    private const ulong FirstWindow = 256;

    private HeadSurroundings? _surroundings;

    public ulong Start { get; private set; } = work.Held.Lease.StartBlock;

    /// <summary>Where to go on, seen from what is registered.</summary>
    public async Task<HeadPlace> FindAsync()
    {
        await using var connection = await database.OpenConnectionAsync(work.Held.Lost);

        // Before the segments: what ends between the two is then looked at once more.
        _surroundings = await HeadWrites.LookAsync(connection, work.Job.Id, work.Held.Lost);
        return HeadPlace.Find(Start, await ReadAsync(connection, Start > 0 ? Start - 1 : 0));
    }

    /// <summary>
    /// Looks again at what lies below, where others write. Returns a deeper place when it does not link to what was read here, and
    /// null when the head has to give way to a range that waits: of a parallelism of 1 it holds all there is.
    /// </summary>
    public async Task<HeadPlace?> CheckAsync(HeadPlace place)
    {
        HeadSurroundings now;
        await using (var connection = await database.OpenConnectionAsync(work.Held.Lost))
            now = await HeadWrites.LookAsync(connection, work.Job.Id, work.Held.Lost);
        if (now.RangesWait && work.Job.Descriptor.Parallelism == 1)
            return null;
        if (_surroundings is { } before && before.Mark == now.Mark && before.NeighbourIsOpen == now.NeighbourIsOpen)
            return place;
        var found = await FindAsync();
        if (found.Next < place.Next)
        {
            await NoteAsync(found);
            return found;
        }

        return found.Next == place.Next && place.ParentHash is null ? found : place;
    }

    /// <summary>Back to the last segment whose last block the node still has: all after it is read again.</summary>
    public async Task<HeadPlace> RewindAsync(HeadPlace place)
    {
        var (from, parent) = await FindForkAsync(place.Next);
        if (from < Start)
        {
            Start = await HeadWrites.LowerAsync(database, work.Held.Lease, from, work.Held.Lost);
            (from, parent) = (Start, Start == from ? parent : null);
        }

        var deeper = new HeadPlace(from, parent);
        await NoteAsync(deeper);
        return deeper;
    }

    /// <summary>Hands all but the last block to ordinary ranges.</summary>
    public async Task<HeadPlace> HandBacklogAsync(HeadPlace place, ulong head)
    {
        await RangeWrites.HandBacklogAsync(database, work.Held.Lease, place.Next, head, work.Held.Lost);
        Start = head;
        return new HeadPlace(head, ParentHash: null);
    }

    private async Task<(ulong From, Hash32? Parent)> FindForkAsync(ulong next)
    {
        var unasked = next;
        for (var window = FirstWindow; ; window *= FirstWindow)
        {
            var lowest = next > window ? next - window : 0;
            IReadOnlyList<SegmentRow> segments;
            await using (var connection = await database.OpenConnectionAsync(work.Held.Lost))
                segments = await ReadAsync(connection, lowest);
            foreach (var part in NewestView.Of(segments).Reverse())
            {
                if (part.Visible.End >= unasked || part.Visible.End < lowest || part.EndHash is not { } hash)
                    continue;
                if (await IsAtNodeAsync(part.Visible.End, hash))
                    return (part.Visible.End + 1, hash);
                unasked = part.Visible.End;
            }

            if (lowest <= work.Job.StartBlock)
                return (work.Job.StartBlock, null);
        }
    }

    private async Task<bool> IsAtNodeAsync(ulong block, Hash32 hash)
    {
        try
        {
            return (await work.Source.GetHeaderAsync(block, work.Held.Ending)).Hash == hash;
        }
        catch (AmpException e) when (e.Code == ErrorCode.BlockNotFound)
        {
            return false;
        }
    }

    private Task<IReadOnlyList<SegmentRow>> ReadAsync(NpgsqlConnection connection, ulong lowestEnd) =>
        SegmentReading.OfRevisionAsync(connection, work.Tables.Tables[0].Revision.Id, lowestEnd, work.Held.Lost);

    private async Task NoteAsync(HeadPlace place)
    {
        await using var connection = await database.OpenConnectionAsync(work.Held.Lost);
        await JobStates.NoteAsync(
            connection, work.Job.Id, JobEventType.Reorganised, work.Held.Lease.Worker.NodeId, $$"""{"from_block":{{place.Next}}}""", work.Held.Lost);
    }
}
