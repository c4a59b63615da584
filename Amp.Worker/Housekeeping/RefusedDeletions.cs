using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;

namespace Amp.Worker.Housekeeping;

/// <summary>
/// Deletes files one by one. Those that the store does not let go are passed over, for longer each time, so that none of them holds up the others, and
/// after an outage nothing waits for long.
/// </summary>
internal sealed class RefusedDeletions(IObjectStore store, TimeProvider time)
{
    // A store that refuses so many in a row refuses all of them.
    private const int MostInARow = 10;
    private const int Most = 10_000;

    private static readonly TimeSpan _firstRest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _lastRest = TimeSpan.FromMinutes(10);

    private readonly Dictionary<long, (long Since, TimeSpan Pause)> _refused = [];

    /// <summary>Those that are passed over now.</summary>
    public long[] PassedOver()
    {
        if (_refused.Count > Most)
            _refused.Clear();
        return [.. _refused.Where(r => time.GetElapsedTime(r.Value.Since) < r.Value.Pause).Select(r => r.Key)];
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
                _refused.Remove(id);
                refusedInARow = 0;
            }
            catch (AmpException e) when (e.Code == ErrorCode.ObjectStoreError)
            {
                fault ??= e;
                var rest = _refused.TryGetValue(id, out var before) ? before.Pause * 2 : _firstRest;
                _refused[id] = (time.GetTimestamp(), rest < _lastRest ? rest : _lastRest);
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
