namespace Amp.Query.Cache;

/// <summary>Files that stay on this machine's disk until this is disposed.</summary>
internal sealed class CacheLease(SegmentCache cache, IReadOnlyList<CacheEntry> entries) : IDisposable
{
    private int _disposed;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            cache.Release(entries);
    }
}
