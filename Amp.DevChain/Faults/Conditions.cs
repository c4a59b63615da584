namespace Amp.DevChain.Faults;

/// <summary>Latency, rate limit and block time, changeable while the node runs.</summary>
internal sealed class Conditions(DevChainSettings settings, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private TimeSpan _blockTime = settings.BlockTime;
    private CancellationTokenSource _blockTimeHolds = new();
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

    /// <summary>Time between blocks mined by themselves; zero mines on demand only.</summary>
    public TimeSpan BlockTime
    {
        get
        {
            lock (_lock)
                return _blockTime;
        }
        set
        {
            CancellationTokenSource over;
            lock (_lock)
            {
                _blockTime = value;
                (over, _blockTimeHolds) = (_blockTimeHolds, new CancellationTokenSource());
            }

            over.Cancel();
            over.Dispose();
        }
    }

    /// <summary>The present block time, and a token that is cancelled when it is set anew.</summary>
    public (TimeSpan BlockTime, CancellationToken Over) Mining()
    {
        lock (_lock)
            return (_blockTime, _blockTimeHolds.Token);
    }

    public void Dispose() => _blockTimeHolds.Dispose();

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
