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
    private static readonly TimeSpan _grace = ServiceDefaults.Shutdown.GracePeriod - TimeSpan.FromSeconds(2);

    private readonly Dictionary<long, ulong> _neighbours = [];
    private readonly List<Task> _running = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Task[] running;
        lock (_running)
            running = [.. _running];
        if (running.Length == 0)
            return;
        WorkerLog.Leaving(logger, running.Length);
        leases.StopAll();
        var all = Task.WhenAll(running);
        try
        {
            await all.WaitAsync(_grace, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            WorkerLog.GraceOver(logger, _grace);
            leases.LoseAll();
            await all;
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nothing that goes wrong while looking ends the ranges that run.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await chores.RunAsync(stoppingToken);
                await TakePlansAsync(stoppingToken);
                await TakeRangesAsync(stoppingToken);
                await signal.WaitAsync(_look, stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                WorkerLog.DatabaseAway(logger, _look, e);
                await Task.Delay(_look, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                WorkerLog.LookFailed(logger, _look, e);
                await Task.Delay(_look, time, stoppingToken);
            }
        }
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
        try
        {
            await planner.PlanAsync(plan, cancellationToken);
        }
        finally
        {
            leases.EndPlan(plan);
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
