using Amp.Shared.Metadata.Ranges;

namespace Amp.Worker.Coordination;

/// <summary>One range under work, and the two ways in which it can end early.</summary>
internal sealed class HeldLease(RangeLease lease, long taken) : IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _ending = new();

    public RangeLease Lease { get; private set; } = lease;

    /// <summary>Timestamp after the claim was committed.</summary>
    public long Taken { get; } = taken;

    /// <summary>The lease is gone: drop everything, nothing of it counts any more.</summary>
    public CancellationToken Lost => _lost.Token;

    public bool IsLost => _lost.IsCancellationRequested;

    /// <summary>Close and register what is whole, then give the range back.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Either of the two: for what is asked of others and changes nothing. Whoever does not answer holds up neither.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Timestamp of the first time it was asked to stop.</summary>
    public long? Asked { get; private set; }

    /// <summary>The run ended and the database was not told.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>The same lease, with what the database says now of the range's bounds and progress.</summary>
    public void Refresh(RangeLease now) => Lease = now;

    public void Abandon() => IsAbandoned = true;

    public void AskToStop(long now)
    {
        if (Asked is not null)
            return;
        Asked = now;
        _ = _stop.CancelAsync();
        _ = _ending.CancelAsync();
    }

    /// <summary>True the first time.</summary>
    public bool Lose()
    {
        if (_lost.IsCancellationRequested)
            return false;
        _ = _lost.CancelAsync();
        _ = _ending.CancelAsync();
        return true;
    }

    public void Dispose()
    {
        _lost.Dispose();
        _stop.Dispose();
        _ending.Dispose();
    }
}
