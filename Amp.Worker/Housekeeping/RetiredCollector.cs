using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.Worker.Housekeeping;

/// <summary>
/// Deletes the files of retired segments when their time has come: first the file, then its row, which no reader has seen since it was
/// retired. A crash between the two repeats itself harmlessly, and so do several workers at once.
/// </summary>
internal sealed class RetiredCollector(NpgsqlDataSource database, IObjectStore store, TimeProvider time, ILogger<RetiredCollector> logger)
{
    private readonly RefusedDeletions _deletions = new(store, time);

    /// <returns>How many, in one bounded batch; none when nothing is left, or the store refuses.</returns>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        var retired = await RetiredSegments.FindAsync(database, _deletions.PassedOver(), cancellationToken);
        var (deleted, fault) = await _deletions.DeleteAsync(retired.Select(r => (r.Id, r.Path)), cancellationToken);

        // Also when some were refused, or the worker leaves: a batch that is never done would be begun anew for ever.
        if (deleted.Count > 0)
            await RetiredSegments.ForgetAsync(database, deleted, CancellationToken.None);
        if (fault is not null)
            WorkerLog.CollectFailed(logger, fault);
        cancellationToken.ThrowIfCancellationRequested();
        return deleted.Count;
    }
}
