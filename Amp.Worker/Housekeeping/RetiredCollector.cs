using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Worker.Housekeeping;

/// <summary>
/// Deletes the files of retired segments when their time has come: first the file, then its row, which no reader has seen since it was
/// retired. A crash between the two repeats itself harmlessly, and so do several workers at once.
/// </summary>
internal sealed class RetiredCollector(NpgsqlDataSource database, IObjectStore store)
{
    /// <returns>How many, in one bounded batch.</returns>
    public async Task<int> CollectAsync(CancellationToken cancellationToken)
    {
        var retired = await RetiredSegments.FindAsync(database, cancellationToken);
        var deleted = new List<long>();
        try
        {
            foreach (var segment in retired)
            {
                await store.DeleteAsync(segment.Path, cancellationToken);
                deleted.Add(segment.Id);
            }
        }
        finally
        {
            // Also when the store refuses one: a batch that is never done would be begun anew for ever.
            if (deleted.Count > 0)
                await RetiredSegments.ForgetAsync(database, deleted, CancellationToken.None);
        }

        return deleted.Count;
    }
}
