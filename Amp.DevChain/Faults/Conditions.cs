namespace Amp.DevChain.Faults;

/// <summary>Latency and rate limit, changeable while the node runs.</summary>
internal sealed class Conditions(DevChainSettings settings, TimeProvider time)
{
    private readonly Lock _lock = new();
    private TimeSpan _latency = settings.Latency;
    private int _rateLimit = settings.RateLimit;
    private long _second;
    private int _inSecond;

    public TimeSpan Latency
    {
        get
        {
            lock (_lock)
                return _latency;
        }
        set
        {
            lock (_lock)
                _latency = value;
        }
    }

    public int RateLimit
    {
        get
        {
            lock (_lock)
                return _rateLimit;
        }
        set
        {
            lock (_lock)
                _rateLimit = value;
        }
    }

    /// <summary>Counts a request; false where the limit of the present second is used up.</summary>
    public bool Admit()
    {
        lock (_lock)
        {
            if (_rateLimit == 0)
                return true;
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            _inSecond = second == _second ? _inSecond + 1 : 1;
            _second = second;
            return _inSecond <= _rateLimit;
        }
    }
}
