using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.Worker.Housekeeping;

/// <summary>Deletes files one by one; those that the store does not let go are passed over for a while, so that none of them holds up the others.</summary>
internal sealed class RefusedDeletions(IObjectStore store, TimeProvider time)
{
    // A store that refuses so many in a row refuses all of them.
    private const int MostInARow = 10;
    private const int Most = 10_000;

    private static readonly TimeSpan _rest = TimeSpan.FromMinutes(10);

    private readonly Dictionary<long, long> _since = [];

    /// <summary>Those that are passed over now.</summary>
    public long[] PassedOver()
    {
        foreach (var (id, _) in _since.Where(s => time.GetElapsedTime(s.Value) >= _rest || _since.Count > Most).ToList())
            _since.Remove(id);
        return [.. _since.Keys];
    }

    /// <returns>The ids of those that are gone, and the fault of the first that is not; the rest was not tried when the store refuses everything.</returns>
    public async Task<(IReadOnlyList<long> Deleted, AmpException? Fault)> DeleteAsync(IEnumerable<(long Id, string Path)> files, CancellationToken cancellationToken)
    {
        var (deleted, refusedInARow) = (new List<long>(), 0);
        AmpException? fault = null;
        foreach (var (id, path) in files)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                await store.DeleteAsync(path, cancellationToken);
                deleted.Add(id);
                refusedInARow = 0;
            }
            catch (AmpException e) when (e.Code == ErrorCode.ObjectStoreError)
            {
                fault ??= e;
                _since[id] = time.GetTimestamp();
                if (++refusedInARow == MostInARow)
                    break;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
        }

        return (deleted, fault);
    }
}
