using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping;

/// <summary>Deletes what killed workers left half-done: first the file, then its announcement, so that a crash between the two repeats itself harmlessly.</summary>
internal sealed class OrphanCollector(NpgsqlDataSource database, IObjectStore store, AmpSettings settings, TimeProvider time, ILogger<OrphanCollector> logger)
{
    // What no announcement names is found by its age: whoever began it a day ago has announced it before, whatever the clocks of machines say.
    private static readonly TimeSpan _ageOfDead = TimeSpan.FromDays(1);

    private static readonly TimeSpan _betweenSearches = TimeSpan.FromHours(1);

    private long? _lastSearch;

    public CollectorSettings Settings { get; } = settings.Writer.Collector;

    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        if (!Settings.Active)
            return;
        await DropDeadAsync(cancellationToken);
        var orphans = await OrphanedUploads.FindAsync(database, TimeSpan.FromSeconds(Settings.DeletionLockDuration), cancellationToken);
        if (orphans.Count == 0)
            return;
        try
        {
            foreach (var orphan in orphans)
                await store.DeleteAsync(orphan.Path, cancellationToken);
        }
        catch (AmpException e) when (e.Code == ErrorCode.ObjectStoreError)
        {
            WorkerLog.CollectFailed(logger, e);
            return;
        }

        await OrphanedUploads.ForgetAsync(database, orphans, cancellationToken);
        WorkerLog.OrphansCollected(logger, orphans.Count);
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
