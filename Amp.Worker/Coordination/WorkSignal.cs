namespace Amp.Worker.Coordination;

/// <summary>Says that there may be work. Several calls before a look are one.</summary>
internal sealed class WorkSignal : IDisposable
{
    private readonly SemaphoreSlim _pending = new(0, 1);

    public void Raise()
    {
        try
        {
            _pending.Release();
        }
        catch (SemaphoreFullException)
        {
            // A look is already due.
        }
    }

    /// <summary>Returns when raised, or after the time, whichever comes first.</summary>
    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => _pending.WaitAsync(atMost, cancellationToken);

    public void Dispose() => _pending.Dispose();
}
