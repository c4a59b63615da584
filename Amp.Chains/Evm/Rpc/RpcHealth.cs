namespace Amp.Chains.Evm.Rpc;

/// <summary>Sets a failing provider aside: a second at first, longer each time, until it answers again.</summary>
internal sealed class RpcHealth(TimeProvider time)
{
    private static readonly TimeSpan _first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private TimeSpan _last;

    /// <summary>By the clock that nobody sets.</summary>
    public TimeSpan AsideUntil { get; private set; } = TimeSpan.MinValue;

    public bool IsAside => AsideUntil > Now;

    private TimeSpan Now => time.GetElapsedTime(0);

    /// <returns>For how long; null when it was set aside already, as when many requests fail at once.</returns>
    public TimeSpan? Fail(bool permanent, TimeSpan? retryAfter)
    {
        lock (_lock)
        {
            if (IsAside)
                return null;
            _last = permanent ? _longest : _last == TimeSpan.Zero ? _first : _last * 2;
            if (retryAfter > _last)
                _last = retryAfter.Value;
            if (_last > _longest)
                _last = _longest;
            AsideUntil = Now + _last;
            return _last;
        }
    }

    /// <returns>Whether it had been failing.</returns>
    public bool Succeed()
    {
        if (_last == TimeSpan.Zero)
            return false;
        lock (_lock)
        {
            var was = _last > TimeSpan.Zero;
            _last = TimeSpan.Zero;
            AsideUntil = TimeSpan.MinValue;
            return was;
        }
    }
}
