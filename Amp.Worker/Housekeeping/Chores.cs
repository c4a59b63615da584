using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping;

/// <summary>What any live worker does for all, so that nothing waits for a controller. Each is a bounded statement that several may run at once.</summary>
internal sealed class Chores(NpgsqlDataSource database, WorkerIdentity worker, TimeProvider time, ILogger<Chores> logger)
{
    // One worker, the first of those that live, does what is due for all; each of the others does it now and then, should the first only seem to live.
    private static readonly Interval _release = new(AsFirst: TimeSpan.FromSeconds(1), AsAny: TimeSpan.FromSeconds(3));
    private static readonly Interval _reconcile = new(AsFirst: TimeSpan.FromSeconds(5), AsAny: TimeSpan.FromSeconds(60));

    private readonly Dictionary<long, string> _whole = [];
    private long? _lastRelease;
    private long? _lastReconcile;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await IsDueAsync(_release, _lastRelease, cancellationToken))
        {
            _lastRelease = time.GetTimestamp();
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            var freed = await LeaseSweep.ReleaseExpiredAsync(connection, cancellationToken);
            if (freed.Count > 0)
                WorkerLog.LeasesExpired(logger, freed.Count, freed[0].NodeId);
            await JobChores.RetryDueAsync(connection, cancellationToken);
            await JobChores.SettleStopsAsync(connection, cancellationToken);
        }

        // The rows are asked for what should run and what should end, whatever was heard or missed.
        if (await IsDueAsync(_reconcile, _lastReconcile, cancellationToken))
        {
            _lastReconcile = time.GetTimestamp();
            await SettleAsync(cancellationToken);
        }
    }

    /// <summary>A job in which nothing moved since it was found whole is not read again: that costs as much as its chain is long.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        var settleable = await JobPlanning.FindSettleableAsync(database, cancellationToken);
        foreach (var (job, _) in settleable.Where(s => _whole.GetValueOrDefault(s.JobId) != s.Mark))
        {
            _whole.Remove(job);
            if (await JobPlanning.SettleAsync(database, job, cancellationToken) is { } whole)
                _whole[job] = whole;
        }

        foreach (var gone in _whole.Keys.Except(settleable.Select(s => s.JobId)).ToArray())
            _whole.Remove(gone);
    }

    private async Task<bool> IsDueAsync(Interval interval, long? last, CancellationToken cancellationToken) =>
        Since(last) >= interval.AsAny || (Since(last) >= interval.AsFirst && await WorkerReading.IsFirstAsync(database, worker, cancellationToken));

    private TimeSpan Since(long? last) => last is { } then ? time.GetElapsedTime(then) : TimeSpan.MaxValue;

    private readonly record struct Interval(TimeSpan AsFirst, TimeSpan AsAny);
}
