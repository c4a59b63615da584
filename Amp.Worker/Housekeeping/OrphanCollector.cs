using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping;

/// <summary>Deletes what killed workers left half-done: first the file, then its announcement, so that a crash between the two repeats itself harmlessly.</summary>
internal sealed class OrphanCollector(NpgsqlDataSource database, IObjectStore store, AmpSettings settings, ILogger<OrphanCollector> logger)
{
    public CollectorSettings Settings { get; } = settings.Writer.Collector;

    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        if (!Settings.Active)
            return;
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
}
