using Amp.Chains.Evm.Tables;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Merges;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Options;
using Amp.Worker.Coordination;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>Merges in one dataset until nothing is to be merged there: decide, announce, write aside, publish, register last.</summary>
internal sealed class MergeRun(
    NpgsqlDataSource database, IObjectStore store, AmpSettings settings, MergeWriter writer, FooterChecks footers, LeftAlone leftAlone, TimeProvider time,
    ILogger<MergeRun> logger) : IDisposable
{
    // What changes without a new segment, such as the end of an older branch by a prune, is seen after so long.
    private static readonly TimeSpan _longestRest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _restAfterFault = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _releasePatience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _writes = new(settings.Writer.Compactor.WriteConcurrency);

    private readonly MergeRules _rules = new(
        settings.Writer.Bytes, settings.Writer.Rows, settings.Writer.Overflow.Factor,
        TimeSpan.FromSeconds(settings.Writer.Compactor.CooldownDuration), settings.Writer.Compactor.MaxEagerGeneration);

    public void Dispose() => _writes.Dispose();

    /// <summary>Ends early, with nothing left but what was registered, when the lease is lost or the worker leaves.</summary>
    public async Task RunAsync(MergeLease lease, CancellationToken stopping)
    {
        long? seen = null;
        var rest = TimeSpan.Zero;
        await using var held = new HeldMerge(database, lease, time, logger);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(held.Lost, stopping);
        try
        {
            rest = await MergeAllAsync(held, end.Token);
            seen = lease.LastSegmentId;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Told where it was asked for.
        }
        catch (AmpException e) when (e.Code == ErrorCode.LeaseLost)
        {
            held.Lose();
        }
        catch (AmpException e)
        {
            // The others of the dataset go on with the next round when it is one segment's fault; a store that refuses is asked again later.
            if (e is MergeFault fault)
                leftAlone.AddFailed(fault.Segment);
            else
                (seen, rest) = (lease.LastSegmentId, _restAfterFault);
            WorkerLog.MergeFailed(logger, lease.Dataset, e);
        }
        finally
        {
            if (!held.Lost.IsCancellationRequested)
                await ReleaseAsync(lease, seen, rest);
        }
    }

    /// <summary>Returns for how long there is nothing more to do, unless segments come.</summary>
    private async Task<TimeSpan> MergeAllAsync(HeldMerge held, CancellationToken cancellationToken)
    {
        if (TablesOf(held.Lease) is not { } tables)
            return _longestRest;
        while (true)
        {
            var (now, segments) = await MergeReading.ReadAsync(database, held.Lease, cancellationToken);
            var decision = MergeChoice.Decide(segments, _rules, now, leftAlone.Now());
            if (decision.Groups.Count == 0)
                return decision.LookAt is { } cooled && cooled - now < _longestRest ? cooled - now : _longestRest;
            var targets = decision.Groups.Select(g => (Table: tables[g[0].RevisionId], Segments: g)).ToArray();
            var pass = true;
            foreach (var (table, parents) in targets)
                pass &= await footers.PassAsync(table, parents, cancellationToken);
            if (pass)
                await MergeAsync(held, targets, decision.Witnesses, cancellationToken);
        }
    }

    private async Task MergeAsync(
        HeldMerge held, IReadOnlyList<(EvmTable Table, IReadOnlyList<SegmentRow> Parents)> targets, IReadOnlyList<long> witnesses, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var names = targets.Select(t => SegmentFileName.New(t.Parents[0].Start)).ToArray();
        await MergeWrites.AnnounceAsync(database, held.Lease, [.. targets.Select((t, i) => (t.Parents[0].RevisionId, names[i]))], cancellationToken);
        var registering = false;
        try
        {
            var merges = await WriteAsync(held.Lease, targets, names, cancellationToken);
            registering = true;
            if (await RegisterAsync(held, merges, witnesses))
            {
                WorkerLog.Merged(
                    logger, held.Lease.Dataset, merges[0].File.Start, merges[0].File.End, merges.Sum(m => m.Parents.Count), merges.Sum(m => m.File.ObjectSize), time.GetElapsedTime(began));
                footers.Forget(targets.SelectMany(t => t.Parents));
                return;
            }

            WorkerLog.MergeOvertaken(logger, held.Lease.Dataset, merges[0].File.Start, merges[0].File.End);
            await TakeBackAsync(targets, names);
        }
        catch (Exception e) when (!registering || e is AmpException { Code: ErrorCode.LeaseLost })
        {
            // None of them is or ever will be registered. They are ours to delete.
            await TakeBackAsync(targets, names);
            throw;
        }
    }

    private async Task<IReadOnlyList<MergedSegment>> WriteAsync(
        MergeLease lease, IReadOnlyList<(EvmTable Table, IReadOnlyList<SegmentRow> Parents)> targets, string[] names, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return await Task.WhenAll(targets.Select((target, i) => Task.Run(async () =>
        {
            await _writes.WaitAsync(end.Token);
            try
            {
                var folder = lease.Revisions.First(r => r.Id == target.Parents[0].RevisionId).Path;
                return await writer.WriteAsync(target.Table, folder, names[i], lease.ManifestHash, target.Parents, end.Token);
            }
            catch
            {
                // The files of the other tables are of no use without this one.
                await end.CancelAsync();
                throw;
            }
            finally
            {
                _writes.Release();
            }
        })));
    }

    /// <summary>A lost connection is waited out while the lease lives; what is published is not made anew.</summary>
    private async Task<bool> RegisterAsync(HeldMerge held, IReadOnlyList<MergedSegment> merges, IReadOnlyList<long> witnesses)
    {
        var collectAfter = TimeSpan.FromSeconds(settings.Writer.Collector.DeletionLockDuration);
        for (var again = false; ; again = true)
        {
            try
            {
                // Never cancelled: a cancelled commit leaves its outcome unknown.
                return await MergeWrites.RegisterAsync(database, held.Lease, merges, witnesses, collectAfter, again, CancellationToken.None);
            }
            catch (Exception e) when (ConnectionLoss.Is(e))
            {
                await Task.Delay(_pause, time, held.Lost);
            }
        }
    }

    private async Task TakeBackAsync(IReadOnlyList<(EvmTable Table, IReadOnlyList<SegmentRow> Parents)> targets, string[] names)
    {
        try
        {
            for (var i = 0; i < names.Length; i++)
                await store.DeleteAsync($"{targets[i].Parents[0].Path.TrimEnd('/')}/{names[i]}", CancellationToken.None);
            await using var connection = await database.OpenConnectionAsync(CancellationToken.None);
            await RangeWrites.ForgetAsync(connection, [.. targets.Select((t, i) => (t.Parents[0].RevisionId, names[i]))], CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or AmpException { Code: ErrorCode.ObjectStoreError })
        {
            // What is left stays announced, and the collector finds it. The fault at hand is the one to tell.
        }
    }

    private async Task ReleaseAsync(MergeLease lease, long? seen, TimeSpan rest)
    {
        using var patience = new CancellationTokenSource(_releasePatience, time);
        try
        {
            await MergeLeases.ReleaseAsync(database, lease, seen, rest, patience.Token);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or OperationCanceledException)
        {
            // It expires.
        }
    }

    /// <summary>By revision; null when one is of a table that this worker does not know, whose columns it cannot tell.</summary>
    private static Dictionary<long, EvmTable>? TablesOf(MergeLease lease)
    {
        var tables = new Dictionary<long, EvmTable>();
        foreach (var revision in lease.Revisions)
        {
            if (EvmTables.All.FirstOrDefault(t => t.Name == revision.Table) is not { } table)
                return null;
            tables[revision.Id] = table;
        }

        return tables;
    }
}
