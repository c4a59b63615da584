using System.Diagnostics.CodeAnalysis;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Npgsql;

namespace Amp.Controller.Liveness;

/// <summary>
/// The chores that one must do, done by whichever controller holds the lock: release of expired leases, retry of failed jobs,
/// end of stops that no worker will finish. Workers do the same among themselves, so nothing waits for a controller.
/// </summary>
internal sealed partial class ChoreLoop(NpgsqlDataSource database, TimeProvider time, ILogger<ChoreLoop> logger) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nothing that goes wrong in one round ends the controller or the rounds after it.")]
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkWhileConnectedAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogInterrupted(_interval, e);
                await Task.Delay(_interval, time, stoppingToken);
            }
        }
    }

    private async Task WorkWhileConnectedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        try
        {
            using var timer = new PeriodicTimer(_interval, time);
            do
            {
                foreach (var chore in Chores)
                {
                    if (await ChoreLock.HoldAsync(connection, cancellationToken))
                        await chore(connection, cancellationToken);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        finally
        {
            await ChoreLock.ReleaseAsync(connection);
        }
    }

    private IEnumerable<Func<NpgsqlConnection, CancellationToken, Task>> Chores => [SweepAsync, RetryAsync, SettleAsync];

    private async Task SweepAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var lease in await LeaseSweep.ReleaseExpiredAsync(connection, cancellationToken))
            LogExpired(lease.RangeId, lease.JobId, lease.NodeId);
    }

    private async Task RetryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var id in await JobChores.RetryDueAsync(connection, cancellationToken))
            LogRetried(id);
    }

    private async Task SettleAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        foreach (var id in await JobChores.SettleStopsAsync(connection, cancellationToken))
            LogSettled(id);
    }

    [LoggerMessage(4030, LogLevel.Information, "Job {JobId} is due for a retry: SCHEDULED")]
    private partial void LogRetried(long jobId);

    [LoggerMessage(4031, LogLevel.Information, "Job {JobId} was stopping and no worker works on it: STOPPED")]
    private partial void LogSettled(long jobId);

    [LoggerMessage(4032, LogLevel.Warning, "The lease of range {RangeId} of job {JobId} expired: worker {NodeId} has not beaten; the range is free")]
    private partial void LogExpired(long rangeId, long jobId, string nodeId);

    [LoggerMessage(4033, LogLevel.Warning, "Chores are interrupted; they are tried again in {Pause}")]
    private partial void LogInterrupted(TimeSpan pause, Exception fault);
}
