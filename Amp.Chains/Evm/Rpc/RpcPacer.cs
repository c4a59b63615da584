namespace Amp.Chains.Evm.Rpc;

/// <summary>Spaces calls evenly over a minute, so that no window of a minute holds more than the limit.</summary>
internal sealed class RpcPacer(uint callsPerMinute, TimeProvider time)
{
    /// <summary>A shorter delay counts as none.</summary>
    private static readonly TimeSpan _shortest = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _spacing = TimeSpan.FromMinutes(1) / callsPerMinute;
    private readonly Lock _lock = new();
    private TimeSpan _next = TimeSpan.MinValue;

    public async Task WaitAsync(int calls, CancellationToken cancel)
    {
        TimeSpan due;
        lock (_lock)
        {
            var now = time.GetElapsedTime(0);
            due = _next < now ? now : _next;
            _next = due + (_spacing * calls);
        }

        // A timer counts whole ticks of a coarse clock and may end some milliseconds early.
        while (due - time.GetElapsedTime(0) is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait < _shortest ? _shortest : wait, time, cancel);
    }
}
