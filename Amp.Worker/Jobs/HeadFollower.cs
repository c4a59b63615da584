using Amp.Chains.Evm;
using Amp.Shared.Chain;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Options;
using Amp.Worker.Materialize;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>Follows the head of a chain: each look that finds new blocks makes a segment of them at once.</summary>
internal sealed class HeadFollower(NpgsqlDataSource database, AmpSettings settings, RangeSizes sizes, NetworkCheck networks, TimeProvider time, ILogger<HeadFollower> logger)
{
    private const ulong LeastBacklog = 1_000;

    /// <summary>How often the head looks at what others wrote below it.</summary>
    private static readonly TimeSpan _check = TimeSpan.FromSeconds(5);

    /// <summary>Returns when the worker leaves, the job no longer runs, or another range has to come first.</summary>
    public async Task RunAsync(JobWork work)
    {
        var held = work.Held;
        var range = new HeadRange(database, work);
        await using var heads = work.Source.FollowHeads();
        var place = await range.FindAsync();
        var looked = time.GetTimestamp();
        BlockHeader? seen = null;
        while (true)
        {
            held.Lost.ThrowIfCancellationRequested();
            if (held.Stopping.IsCancellationRequested)
                return;
            if (time.GetElapsedTime(looked) >= _check)
            {
                looked = time.GetTimestamp();
                if (await range.CheckAsync(place) is not { } now)
                    return;
                if (now.Next < place.Next)
                    WorkerLog.Reorganised(logger, work.Job.Network, work.Tables.Dataset, now.Next);
                place = now;
            }

            var before = place;
            var head = await work.Source.GetHeadAsync(work.Manifest.FinalizedBlocksOnly, held.Ending);
            if (place.IsReplacedBy(head))
                place = await RewindAsync(work, range, place);
            else if (head.Number >= place.Next)
                place = await ExtendAsync(work, range, place, head);

            // After progress there may be more already; without any, also at a node that contradicts itself, the next look waits.
            if (place.Next > before.Next)
                continue;
            await PauseAsync(work, heads, HeadPace.Pause(settings.PollInterval, BlockTime(seen, head), IsAnnounced(work, heads, head)));
            seen = head;
        }
    }

    private async Task<HeadPlace> ExtendAsync(JobWork work, HeadRange range, HeadPlace place, BlockHeader head)
    {
        var behind = head.Number - place.Next + 1;

        // One block is registered at once, and its tip with it; many take their time.
        if (behind > 1)
            await HeadWrites.NoteTipAsync(database, work.Job.Id, head.Number, work.Held.Ending);
        if (work.Job.Descriptor.Parallelism > 1 && behind > Math.Max(LeastBacklog, sizes.SizeOf(work.Job.Id)))
        {
            // One worker alone would take long: what lies behind is for everyone. With a parallelism of 1 the head is all there may
            // be, and nobody could take what it hands out.
            WorkerLog.BacklogHanded(logger, work.Job.Id, behind);
            place = await range.HandBacklogAsync(place, head.Number);
        }

        // Without a parent to link to, blocks of any chain would do.
        if (place.ParentHash is null)
            await networks.RunAsync(work.Job.Network, work.Held.Ending);
        var piece = new Piece(new BlockRange(place.Next, head.Number), place.ParentHash, EndsRange: false, FirstOfJob: false, head.Number);
        if (await work.Extraction.RunAsync(piece) != PieceEnd.Reorganised)
            return new HeadPlace(work.Extraction.Next, work.Extraction.LastHash);
        return await RewindAsync(work, range, new HeadPlace(work.Extraction.Next, work.Extraction.LastHash));
    }

    private async Task<HeadPlace> RewindAsync(JobWork work, HeadRange range, HeadPlace place)
    {
        await networks.RunAsync(work.Job.Network, work.Held.Ending);
        var deeper = await range.RewindAsync(place);
        WorkerLog.Reorganised(logger, work.Job.Network, work.Tables.Dataset, deeper.Next);
        return deeper;
    }

    private async Task PauseAsync(JobWork work, HeadAnnouncements heads, TimeSpan pause)
    {
        try
        {
            await Task.Delay(HeadPace.Least, time, work.Held.Ending);
            await heads.WaitAsync(pause - HeadPace.Least, work.Held.Ending);
        }
        catch (OperationCanceledException) when (work.Held.Ending.IsCancellationRequested)
        {
            // The loop looks which of the two it was.
        }
    }

    /// <summary>Whether the next head will be announced. One that was announced and is not there yet, as at another node of the network, will not be again.</summary>
    private static bool IsAnnounced(JobWork work, HeadAnnouncements heads, BlockHeader head) =>
        heads.IsLive && (work.Manifest.FinalizedBlocksOnly || heads.Newest <= head.Number);

    private static ulong? BlockTime(BlockHeader? before, BlockHeader now) =>
        before is { } b && now.Number > b.Number && now.Timestamp >= b.Timestamp ? (now.Timestamp - b.Timestamp) / (now.Number - b.Number) : null;
}
