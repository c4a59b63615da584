namespace Amp.Chains.Evm.Rpc;

/// <summary>Spaces calls evenly over a minute, so that no window of a minute holds more than the limit.</summary>
internal sealed class RpcPacer(uint callsPerMinute, TimeProvider time)
{
    private readonly TimeSpan _spacing = TimeSpan.FromMinutes(1) / callsPerMinute;
    private readonly Lock _lock = new();
    private TimeSpan _next = TimeSpan.MinValue;

    public async Task WaitAsync(int calls, CancellationToken cancel)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetElapsedTime(0);
            if (_next < now)
                _next = now;
            wait = _next - now;
            _next += _spacing * calls;
        }

        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancel);
    }
}
