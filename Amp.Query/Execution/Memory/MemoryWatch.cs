using System.Globalization;
using Amp.Shared.Faults;

namespace Amp.Query.Execution.Memory;

/// <summary>
/// Stops queries that hold memory which the engine does not count, so that its limit does not stop them: the states of median, mode, histogram,
/// approx_quantile for each group, and of much else, also in windows and lists. Measured under a limit of 64 MiB: 1.2 GB for the mode of 10 million numbers,
/// 3.2 GB for approx_quantile of 300,000 groups.
/// </summary>
/// <remarks>
/// All of that comes from the C library's allocator, the engine's counted memory does not, so what is in use there beyond what was when the oldest running query
/// began is theirs. Whose it is nobody tells: the one that may build up most goes first, of equals the newest.
/// </remarks>
internal sealed class MemoryWatch : IDisposable
{
    /// <summary>What plans, readers of files and the process itself take meanwhile.</summary>
    public const long SlackBytes = 64L << 20;

    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(20);

    /// <summary>How long one that was stopped may take to give back what it holds before the next is stopped.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    private readonly QueryLimits _limits;
    private readonly TimeProvider _clock;
    private readonly Func<long> _bytesInUse;
    private readonly Func<long> _bytesResident;
    private readonly object _lock = new();
    private readonly List<MemoryShare> _running = [];
    private long _lastSeen;
    private bool _isStarted;
    private bool _isDisposed;

    public MemoryWatch(QueryLimits limits, TimeProvider clock)
        : this(limits, clock, NativeHeap.BytesInUse, () => Environment.WorkingSet)
    {
    }

    /// <summary>With other measures.</summary>
    internal MemoryWatch(QueryLimits limits, TimeProvider clock, Func<long> bytesInUse, Func<long> bytesResident)
    {
        _limits = limits;
        _clock = clock;
        _bytesInUse = bytesInUse;
        _bytesResident = bytesResident;
    }

    /// <summary>Watches a query until its share is disposed, which is when the engine has let go of what it held.</summary>
    public MemoryShare Enter(double weight)
    {
        // Counting waits for a query that is busy allocating, 1.6 s at worst; beside another query the last count is as good.
        var counted = IsAnyRunning() ? (long?)null : _bytesInUse();
        lock (_lock)
        {
            var share = new MemoryShare(this, weight, _lastSeen = counted ?? _lastSeen);
            _running.Add(share);
            if (_isStarted)
            {
                Monitor.Pulse(_lock);
            }
            else
            {
                _isStarted = true;
                new Thread(Run) { IsBackground = true, Name = "memory of queries" }.Start();
            }

            return share;
        }
    }

    public void Leave(MemoryShare share)
    {
        lock (_lock)
            _running.Remove(share);
        if (share.IsStopped)
            NativeHeap.Trim();
    }

    public AmpException Fault() => new(ErrorCode.ResourcesExhausted, string.Create(CultureInfo.InvariantCulture, $"""
        The query's functions hold more memory than its {_limits.UncountedOfOneQueryMb} MiB, half of what it may use besides (query_max_mem_mb = {_limits.QueryMaxMemMb}, max_mem_mb = {_limits.MaxMemMb}), or it ran beside one that did: median, quantile, mad, mode, entropy and histogram keep all values, or all different ones, and some kilobytes are kept for each group of approx_quantile and approx_top_k. Read less or into fewer groups, or take approx_quantile for a quantile.
        """));

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Counts once, and stops a query if need be.</summary>
    internal void Look()
    {
        // Counting goes over the allocator's free pieces and holds up whoever allocates: not while the whole process is smaller than what is allowed.
        if (_bytesResident() <= Allowed())
            return;
        var inUse = _bytesInUse();
        lock (_lock)
        {
            _lastSeen = inUse;
            if (_running.Count == 0 || inUse - _running[0].BytesBefore <= Allowed())
                return;
            if (_running.Exists(s => s.StoppedAt is { } at && _clock.GetElapsedTime(at) < _patience))
                return;
            _running.Where(s => !s.IsStopped).Reverse().MaxBy(s => s.Weight)?.Stop(_clock.GetTimestamp());
        }
    }

    private long Allowed()
    {
        lock (_lock)
            return SlackBytes + (_running.Count * _limits.UncountedOfOneQueryMb << 20);
    }

    private bool IsAnyRunning()
    {
        lock (_lock)
            return _running.Count > 0;
    }

    private void Run()
    {
        while (true)
        {
            lock (_lock)
            {
                while (_running.Count == 0 && !_isDisposed)
                    Monitor.Wait(_lock);
                if (_isDisposed)
                    return;
                Monitor.Wait(_lock, _between);
            }

            Look();
        }
    }
}
