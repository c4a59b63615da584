using System.Diagnostics.CodeAnalysis;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Amp.Worker.Coordination;
using Amp.Worker.Housekeeping;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>Looks for work whenever there may be some, and every second: plans jobs, takes ranges, starts their runs.</summary>
internal sealed class WorkLoop(
    NpgsqlDataSource database, WorkerIdentity worker, HeldLeases leases, WorkSignal signal, JobPlanner planner, RangeRunner runner, RangeSizes sizes,
    Chores chores, TimeProvider time, ILogger<WorkLoop> logger) : BackgroundService
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _grace = ServiceDefaults.Shutdown.GracePeriod - TimeSpan.FromSeconds(2);

    private static readonly TimeSpan _afterGrace = TimeSpan.FromSeconds(2);

    private readonly Dictionary<long, ulong> _neighbours = [];
    private readonly List<Task> _running = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What is being claimed at this moment is asked to stop as well.
        leases.StopAll();
        await base.StopAsync(cancellationToken);
        Task[] running;
        lock (_running)
            running = [.. _running];
        if (running.Length == 0)
            return;
        WorkerLog.Leaving(logger, running.Length);
        var all = Task.WhenAll(running);
        try
        {
            await all.WaitAsync(_grace, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            WorkerLog.GraceOver(logger, _grace);
            leases.LoseAll();
            await EndAsync(all, running);
        }
    }

    /// <summary>What does not end even now waits for a store that does not answer. The process does not wait with it: whatever it still writes, the fence refuses.</summary>
    private async Task EndAsync(Task all, Task[] running)
    {
        try
        {
            await all.WaitAsync(_afterGrace, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            WorkerLog.LeftBehind(logger, running.Count(t => !t.IsCompleted));
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nothing that goes wrong while looking ends the ranges that run.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = _firstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReturnAsync(stoppingToken);
                await chores.RunAsync(stoppingToken);
                await TakePlansAsync(stoppingToken);
                await TakeRangesAsync(stoppingToken);
                pause = _firstPause;
                await signal.WaitAsync(_look, stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                // Of what was under way the outcome is not known.
                leases.Doubt();
                WorkerLog.DatabaseAway(logger, pause, e);
                await Task.Delay(_firstPause, time, stoppingToken);
                await signal.WaitAsync(pause - _firstPause, stoppingToken);
                pause = pause * 2 > _look ? _look : pause * 2;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                leases.Doubt();
                WorkerLog.LookFailed(logger, _look, e);
                await Task.Delay(_look, time, stoppingToken);
            }
        }
    }

    /// <summary>Here no claim of this worker is under way: what stands under it and is not at work is free for all.</summary>
    private async Task ReturnAsync(CancellationToken cancellationToken)
    {
        if (leases.TakeDoubt() && await LeaseReturns.ReturnAsync(database, worker, leases.AtWork(), cancellationToken) is var returned and > 0)
            WorkerLog.LeasesReturned(logger, returned);
    }

    private async Task TakePlansAsync(CancellationToken cancellationToken)
    {
        while (await JobPlanning.TryTakeAsync(database, worker, cancellationToken) is { } plan)
        {
            leases.BeginPlan(plan);
            Start(() => PlanAsync(plan, cancellationToken));
        }
    }

    private async Task TakeRangesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var wish = new ClaimWish(leases.OrdinaryCount < worker.Slots, leases.HeadCount < ClaimChoice.MostHeads, sizes.SizeFor, Neighbours());
            if ((!wish.Ordinary && !wish.Head) || cancellationToken.IsCancellationRequested)
                return;

            // Not cancelled half-way: a claim whose commit was under way would be held by nobody.
            if (await RangeClaims.TryClaimAsync(database, worker, wish, CancellationToken.None) is not { } lease)
                return;
            var held = leases.Add(lease);
            Start(() => RunAsync(held));
        }
    }

    private async Task PlanAsync(PlannerLease plan, CancellationToken cancellationToken)
    {
        var ended = false;
        try
        {
            await planner.PlanAsync(plan, cancellationToken);
            ended = true;
        }
        finally
        {
            leases.EndPlan(plan, abandoned: !ended);
        }

        signal.Raise();
    }

    private async Task RunAsync(HeldLease held)
    {
        ulong? next = null;
        try
        {
            next = await runner.RunAsync(held);
        }
        finally
        {
            leases.Remove(held);
        }

        if (next is { } block)
        {
            lock (_neighbours)
                _neighbours[held.Lease.JobId] = block;
        }

        signal.Raise();
    }

    private Dictionary<long, ulong> Neighbours()
    {
        lock (_neighbours)
            return new Dictionary<long, ulong>(_neighbours);
    }

    private void Start(Func<Task> work)
    {
        var task = Task.Run(async () =>
        {
            try
            {
                await work();
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                WorkerLog.DatabaseAway(logger, _look, e);
            }
        });
        lock (_running)
        {
            _running.RemoveAll(t => t.IsCompleted);
            _running.Add(task);
        }
    }
}
