using System.Diagnostics.CodeAnalysis;
using Amp.Chains.Evm;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Options;
using Amp.Worker.Coordination;
using Amp.Worker.Materialize;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>Works on one held range until it is done, given back, lost or failed; never throws.</summary>
internal sealed class RangeRunner(
    NpgsqlDataSource database, AmpSettings settings, IObjectStore lake, EvmBlockSources sources, JobManifests manifests, NetworkCheck networks, SegmentPublisher publisher,
    HeadFollower heads, RangeSizes sizes, ExtractionOptions options, DatabasePatience patience, TimeProvider time, ILogger<RangeRunner> logger)
{
    // A check of the node that is under way when the range is asked to stop; without it, what was read since the range began is not registered.
    private static readonly TimeSpan _patienceOfStop = TimeSpan.FromSeconds(2);

    /// <summary>How often a range looks whether the provider files still tell the nodes that it asks.</summary>
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(5);

    // In a row, of the same block.
    private const int MostRefusals = 5;

    /// <summary>Returns the block after the range when it is done; null otherwise.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever happens is told in the job's detail.")]
    public async Task<ulong?> RunAsync(HeldLease held)
    {
        var lease = held.Lease;
        RangeExtraction? extraction = null;
        WorkerLog.RangeTaken(logger, lease.RangeId, lease.JobId, lease.Epoch, lease.NextBlock, lease.EndBlock);
        try
        {
            return await patience.RunAsync(held, async again =>
            {
                if (again && await RefreshAsync(held) is { } after)
                    return after;
                return await WorkAsync(held, made => extraction = made);
            });
        }
        catch (OperationCanceledException) when (held.Lost.IsCancellationRequested)
        {
            // Told by the heartbeat, or by the end of the grace period.
        }
        catch (AmpException e) when (e.Code == ErrorCode.LeaseLost)
        {
            if (held.Lose())
                WorkerLog.LeaseLost(logger, lease.RangeId, lease.JobId, lease.Epoch);
        }
        catch (Exception e)
        {
            await FailAsync(held, extraction, e);
        }

        return null;
    }

    /// <summary>Where the work stands: nothing is at 0 that has not begun.</summary>
    internal static ulong Place(RangeLease lease, ulong? reached) => reached is > 0 ? reached.Value : lease.NextBlock;

    /// <summary>What was lost with the connection may have been done: the range goes on from where the database says it is. Returns the block after it when it is done.</summary>
    private async Task<ulong?> RefreshAsync(HeldLease held)
    {
        if (await RangeReading.FindHeldAsync(database, held.Lease, held.Lost) is not var (now, done))
            throw LeaseLost.Of(held.Lease);
        if (done)
        {
            await JobPlanning.SettleAsync(database, now.JobId, CancellationToken.None);
            return now.EndBlock + 1;
        }

        held.Refresh(now);
        return null;
    }

    private async Task<ulong?> WorkAsync(HeldLease held, Action<RangeExtraction> begun)
    {
        var lease = held.Lease;
        var job = await JobReading.FindAsync(database, lease.JobId, held.Lost)
            ?? throw new AmpException(ErrorCode.LeaseLost, $"job {lease.JobId} is not there any more");
        var manifest = await manifests.FindAsync(job, held.Lost);
        var tables = await OpenTablesAsync(job, held.Lost);
        using var source = await sources.OpenAsync(job.Network, held.Lost);

        // While the first blocks are on their way: what the check refuses is never registered.
        using var end = CancellationTokenSource.CreateLinkedTokenSource(held.Lost);
        await using var stop = held.Stopping.Register(() => end.CancelAfter(_patienceOfStop));
        var check = networks.RunAsync(job.Network, end.Token);
        var providers = WatchProvidersAsync(held, source, end.Token);

        // No file before its manifest. A store that hangs is left to itself when the range ends.
        var kept = Task.Run(() => manifests.KeepAsync(lake, job, end.Token), CancellationToken.None).WaitAsync(end.Token);
        try
        {
            var extraction = new RangeExtraction(
                held, tables, source, options with { Verify = job.Descriptor.Verify }, publisher, settings.Writer, () => Task.WhenAll(check, kept), time, logger);
            begun(extraction);
            var work = new JobWork(job, manifest, held, tables, source, extraction);
            if (await WorkUntilStopAsync(work, check))
                return lease.EndBlock + 1;

            await GiveBackAsync(held, Place(lease, extraction.Next));
            return null;
        }
        catch (AmpException e) when (e.Code != ErrorCode.LeaseLost)
        {
            // At a node of another chain, whatever else it says follows from that. One that says nothing holds up no stop.
            try
            {
                await check;
            }
            catch (OperationCanceledException) when (held.Stopping.IsCancellationRequested && !held.IsLost)
            {
                // Told without its verdict.
            }

            throw;
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(check, kept, providers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Where there are other providers, the range is given back, to be taken with those: beside its work, as a node that hangs is why there are others.</summary>
    private async Task WatchProvidersAsync(HeldLease held, EvmBlockSource source, CancellationToken cancellationToken)
    {
        do
        {
            await Task.Delay(_look, time, cancellationToken);
        }
        while (await sources.IsCurrentAsync(source, cancellationToken));
        WorkerLog.OtherProviders(logger, held.Lease.RangeId, held.Lease.JobId);
        held.AskToStop(time.GetTimestamp());
    }

    /// <summary>Returns whether the range is done. A node that does not answer holds up no stop.</summary>
    private async Task<bool> WorkUntilStopAsync(JobWork work, Task check)
    {
        try
        {
            if (!work.Held.Lease.IsHead)
                return await ExtractAsync(work);

            // A head also writes ranges by what the node says of its head.
            await check;
            await heads.RunAsync(work);
            return false;
        }
        catch (OperationCanceledException) when (work.Held.Stopping.IsCancellationRequested && !work.Held.IsLost)
        {
            return false;
        }
    }

    private async Task<bool> ExtractAsync(JobWork work)
    {
        var lease = work.Held.Lease;
        var began = time.GetTimestamp();
        var next = lease.NextBlock;
        var end = lease.EndBlock!.Value;
        var firstOfJob = lease.StartBlock == work.Job.StartBlock && next == work.Job.StartBlock;
        var refused = 0;

        // A range links to the block before it, as each of its blocks does: what a confused node says of its first block is no row either.
        var parent = next > work.Job.StartBlock ? (Hash32?)(await work.Source.GetHeaderAsync(next - 1, work.Held.Ending)).Hash : null;
        while (true)
        {
            switch (await work.Extraction.RunAsync(new Piece(new BlockRange(next, end), parent, EndsRange: true, firstOfJob)))
            {
                case PieceEnd.Complete:
                    var elapsed = time.GetElapsedTime(began);
                    sizes.Note(lease.JobId, end - lease.NextBlock + 1, elapsed);
                    WorkerLog.RangeDone(logger, lease.RangeId, lease.JobId, end - lease.NextBlock + 1, elapsed);
                    await JobPlanning.SettleAsync(database, lease.JobId, CancellationToken.None);
                    return true;
                case PieceEnd.Stopped:
                    return false;
                case PieceEnd.Reorganised:
                    await networks.RunAsync(work.Job.Network, work.Held.Ending);
                    refused = work.Extraction.Next > next ? 1 : refused + 1;
                    next = work.Extraction.Next;
                    if (work.Extraction.LastHash is { } before && (await work.Source.GetHeaderAsync(next - 1, work.Held.Ending)).Hash == before)
                    {
                        // The chain stands as it was read: the node gave a block of no chain. It is asked again, but not for ever.
                        if (refused >= MostRefusals)
                            throw new RetryableException(ErrorCode.BlockInvalid, $"block {next}: its parent hash is not {before}, which the node itself names as the hash of block {next - 1}");
                        parent = before;
                        break;
                    }

                    // The next segment starts beside the chain; what must be read again for it to link is found when the job settles.
                    parent = null;
                    WorkerLog.Reorganised(logger, work.Job.Network, work.Tables.Dataset, next);
                    break;
                default:
                    throw new InvalidOperationException("A piece ends in one of these ways.");
            }
        }
    }

    private async Task<DatasetTables> OpenTablesAsync(Job job, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var revisions = await Revisions.ActiveAsync(connection, job.Namespace, job.Name, job.ManifestHash, cancellationToken);
        return new DatasetTables($"{job.Namespace}/{job.Name}", job.ManifestHash, job.Network, revisions, settings.Writer);
    }

    private async Task GiveBackAsync(HeldLease held, ulong next)
    {
        var lease = held.Lease;
        await using var connection = await database.OpenConnectionAsync();

        // Asked to stop, the first worker that has closed its segment says so; a miss means that the job was not asked.
        await JobStates.MoveFromAsync(connection, lease.JobId, [JobStatus.StopRequested], JobStatus.Stopping, lease.Worker.NodeId);
        // All on one connection: a worker that leaves gives back many ranges at once, and who holds one of a pool and waits for a second waits for ever.
        if (await RangeWrites.ReleaseAsync(connection, lease, CancellationToken.None))
            WorkerLog.RangeReleased(logger, lease.RangeId, lease.JobId, next);
        await JobChores.SettleStopAsync(connection, lease.JobId, CancellationToken.None);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "When even the failure cannot be written, the range is given back without it.")]
    private async Task FailAsync(HeldLease held, RangeExtraction? extraction, Exception fault)
    {
        var lease = held.Lease;
        var verdict = FailureVerdict.Of(fault);
        var block = Place(lease, extraction?.Next);
        WorkerLog.RangeFailed(logger, lease.RangeId, lease.JobId, block, verdict.Status.ToWord(), verdict.Code.ToWire(), fault);
        try
        {
            await patience.RunAsync(held, _ => RangeWrites.FailAsync(
                database, lease, verdict.Status, verdict.ToDetail(block), verdict.RetryAfter, CancellationToken.None));
        }
        catch (Exception e)
        {
            held.Abandon();
            WorkerLog.FailureNotWritten(logger, lease.RangeId, lease.JobId, e);
        }
    }
}
