using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Options;
using Amp.Worker.Materialize;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>Follows the head of a chain: each look that finds new blocks makes a segment of them at once.</summary>
internal sealed class HeadFollower(NpgsqlDataSource database, AmpSettings settings, RangeSizes sizes, TimeProvider time, ILogger<HeadFollower> logger)
{
    private const ulong LeastBacklog = 1_000;

    /// <summary>Returns when the worker leaves or the job no longer runs.</summary>
    public async Task RunAsync(JobWork work)
    {
        var held = work.Held;
        var place = await FindPlaceAsync(work);
        BlockHeader? seen = null;
        while (true)
        {
            held.Lost.ThrowIfCancellationRequested();
            if (held.Stopping.IsCancellationRequested)
                return;
            var head = await work.Source.GetHeadAsync(work.Manifest.FinalizedBlocksOnly, held.Lost);
            if (place.IsReplacedBy(head))
            {
                place = await RewindAsync(work);
            }
            else if (head.Number >= place.Next)
            {
                place = await ExtendAsync(work, place, head);
                if (head.Number - place.Next + 1 <= 1)
                    continue;
            }

            await PauseAsync(work, HeadPace.Pause(settings.PollInterval, BlockTime(seen, head)));
            seen = head;
        }
    }

    private async Task<HeadPlace> ExtendAsync(JobWork work, HeadPlace place, BlockHeader head)
    {
        var behind = head.Number - place.Next + 1;
        if (work.Job.Descriptor.Parallelism > 1 && behind > Math.Max(LeastBacklog, sizes.SizeOf(work.Job.Id)))
        {
            // One worker alone would take long: what lies behind is for everyone. With a parallelism of 1 the head is all there may
            // be, and nobody could take what it hands out.
            WorkerLog.BacklogHanded(logger, work.Job.Id, behind);
            await RangeWrites.HandBacklogAsync(database, work.Held.Lease, place.Next, head.Number, work.Held.Lost);
            place = new HeadPlace(head.Number, ParentHash: null);
        }

        var piece = new Piece(new BlockRange(place.Next, head.Number), place.ParentHash, EndsRange: false, FirstOfJob: false, head.Number);
        return await work.Extraction.RunAsync(piece) == PieceEnd.Reorganised
            ? await RewindAsync(work)
            : new HeadPlace(work.Extraction.Next, work.Extraction.LastHash);
    }

    /// <summary>Where to go on: after the canonical chain when it ends here, else at the range's own mark.</summary>
    private async Task<HeadPlace> FindPlaceAsync(JobWork work)
    {
        var next = work.Held.Lease.NextBlock;
        var chain = await ReadChainAsync(work);
        return chain.End + 1 == next ? new HeadPlace(next, chain.Segments[^1].Hash) : new HeadPlace(next, ParentHash: null);
    }

    /// <summary>Back to the last segment whose last block the node still has: all after it is read again.</summary>
    private async Task<HeadPlace> RewindAsync(JobWork work)
    {
        var chain = await ReadChainAsync(work);
        var place = new HeadPlace(chain.IsEmpty ? work.Held.Lease.NextBlock : chain.Segments[0].Start, ParentHash: null);
        for (var i = chain.Segments.Count - 1; i >= 0; i--)
        {
            var segment = chain.Segments[i];
            if (await IsAtNodeAsync(work, segment))
            {
                place = new HeadPlace(segment.End + 1, segment.Hash);
                break;
            }
        }

        WorkerLog.Reorganised(logger, work.Job.Network, work.Tables.Dataset, place.Next);
        await using var connection = await database.OpenConnectionAsync(work.Held.Lost);
        await JobStates.NoteAsync(
            connection, work.Job.Id, JobEventType.Reorganised, work.Held.Lease.Worker.NodeId, $$"""{"from_block":{{place.Next}}}""", work.Held.Lost);
        return place;
    }

    private static async Task<bool> IsAtNodeAsync(JobWork work, SegmentRow segment)
    {
        try
        {
            return (await work.Source.GetHeaderAsync(segment.End, work.Held.Lost)).Hash == segment.Hash;
        }
        catch (AmpException e) when (e.Code == ErrorCode.BlockNotFound)
        {
            return false;
        }
    }

    private async Task<CanonicalChain<SegmentRow>> ReadChainAsync(JobWork work)
    {
        await using var connection = await database.OpenConnectionAsync(work.Held.Lost);
        return CanonicalChain.Compute(
            await SegmentReading.OfRevisionAsync(connection, work.Tables.Tables[0].Revision.Id, work.Held.Lost));
    }

    private async Task PauseAsync(JobWork work, TimeSpan pause)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(work.Held.Lost, work.Held.Stopping);
        try
        {
            await Task.Delay(pause, time, wake.Token);
        }
        catch (OperationCanceledException) when (wake.IsCancellationRequested)
        {
            // The loop looks which of the two it was.
        }
    }

    private static ulong? BlockTime(BlockHeader? before, BlockHeader now) =>
        before is { } b && now.Number > b.Number && now.Timestamp >= b.Timestamp ? (now.Timestamp - b.Timestamp) / (now.Number - b.Number) : null;
}
