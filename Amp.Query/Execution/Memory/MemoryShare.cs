namespace Amp.Query.Execution.Memory;

/// <summary>A running query among those that <see cref="MemoryWatch"/> watches.</summary>
/// <param name="watch">The watch; it is left on disposal.</param>
/// <param name="weight">How much state the query may build up outside of the engine's count, for comparison.</param>
/// <param name="bytesBefore">What was in use when it began.</param>
internal sealed class MemoryShare(MemoryWatch watch, double weight, long bytesBefore) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public double Weight => weight;

    public long BytesBefore => bytesBefore;

    /// <summary>When it was told to stop; null while it may run.</summary>
    public long? StoppedAt { get; private set; }

    public bool IsStopped => StoppedAt is not null;

    /// <summary>Asks the query to stop.</summary>
    public CancellationToken Token => _stop.Token;

    public void Stop(long now)
    {
        StoppedAt = now;
        _ = _stop.CancelAsync();
    }

    public void Dispose()
    {
        watch.Leave(this);
        _stop.Dispose();
    }
}
