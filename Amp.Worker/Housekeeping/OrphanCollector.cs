using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping;

/// <summary>Deletes what killed workers left half-done: first the file, then it is marked, so that a crash between the two repeats itself harmlessly.</summary>
internal sealed class OrphanCollector(NpgsqlDataSource database, IObjectStore store, AmpSettings settings, TimeProvider time, ILogger<OrphanCollector> logger)
{
    // What no announcement names is found by its age: whoever began it a day ago has announced it before, whatever the clocks of machines say.
    private static readonly TimeSpan _ageOfDead = TimeSpan.FromDays(1);

    // After the first deletion. A worker that hung in its upload publishes it when it wakes, and takes it back, unless it is killed between.
    private static readonly TimeSpan _untilAgain = TimeSpan.FromDays(1);

    private static readonly TimeSpan _betweenSearches = TimeSpan.FromHours(1);

    private readonly RefusedDeletions _deletions = new(store, time);

    private long? _lastSearch;

    public CollectorSettings Settings { get; } = settings.Writer.Collector;

    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        if (!Settings.Active)
            return;
        await DropDeadAsync(cancellationToken);
        var age = TimeSpan.FromSeconds(Settings.DeletionLockDuration);
        var orphans = await OrphanedUploads.FindAsync(database, age, _untilAgain, _deletions.PassedOver(), cancellationToken);
        var (deleted, fault) = await _deletions.DeleteAsync(orphans.Select(o => (o.Id, o.Path)), cancellationToken);
        if (deleted.Count > 0)
        {
            var gone = deleted.ToHashSet();
            await OrphanedUploads.MarkAsync(database, [.. orphans.Where(o => gone.Contains(o.Id))], CancellationToken.None);
            WorkerLog.OrphansCollected(logger, deleted.Count);
        }

        if (fault is not null)
            WorkerLog.CollectFailed(logger, fault);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task DropDeadAsync(CancellationToken cancellationToken)
    {
        if (_lastSearch is { } last && time.GetElapsedTime(last) < _betweenSearches)
            return;
        _lastSearch = time.GetTimestamp();
        try
        {
            var announced = await OrphanedUploads.AnnouncedAsync(database, cancellationToken);
            if (await store.DropUnfinishedAsync(_ageOfDead, announced, cancellationToken) is > 0 and var dropped)
                WorkerLog.DeadUploadsDropped(logger, dropped);
        }
        catch (AmpException e) when (e.Code == ErrorCode.ObjectStoreError)
        {
            WorkerLog.CollectFailed(logger, e);
        }
    }
}
