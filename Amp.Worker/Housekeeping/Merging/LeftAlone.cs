using System.Collections.Concurrent;

namespace Amp.Worker.Housekeeping.Merging;

/// <summary>Segments that take part in no merge of this worker: those with other columns for ever, those that could not be read for a while.</summary>
internal sealed class LeftAlone(TimeProvider time)
{
    private static readonly TimeSpan _afterFault = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<long, long?> _since = new();

    public IReadOnlySet<long> Now() =>
        _since.Where(s => s.Value is not { } failed || time.GetElapsedTime(failed) < _afterFault).Select(s => s.Key).ToHashSet();

    public void AddUnlike(long segment) => _since[segment] = null;

    public void AddFailed(long segment) => _since[segment] = time.GetTimestamp();
}
