using System.Collections.Concurrent;
using System.Globalization;
using Amp.Query.Execution.Memory;
using Amp.Shared.Faults;

namespace Amp.Query.Execution;

/// <summary>DuckDB instances for the queries that run now, and a few warm ones for the next.</summary>
internal sealed class DuckPool(QueryLimits limits, TimeProvider clock) : IDisposable
{
    /// <summary>Idle instances that are kept: starting one takes about 10 ms, keeping one a few MiB.</summary>
    private const int MaxIdle = 4;

    private readonly ConcurrentBag<DuckInstance> _idle = [];
    private readonly SemaphoreSlim _slots = new(limits.Slots);
    private int _waiting;
    private volatile bool _disposed;

    /// <summary>Watches what the running queries hold outside of the engine's count.</summary>
    public MemoryWatch Memory { get; } = new(limits, clock);

    /// <summary>An instance for one query; waits its turn for a short while.</summary>
    public async Task<DuckInstance> TakeAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await WaitForTurnAsync(ct);
        try
        {
            return _idle.TryTake(out var instance) ? instance : new DuckInstance(limits);
        }
        catch
        {
            _slots.Release();
            throw;
        }
    }

    /// <summary>Gives an instance back, with its place, as soon as its last call has ended.</summary>
    /// <param name="first">Done before.</param>
    public void Return(DuckInstance instance, Action first)
    {
        if (instance.Busy.IsCompleted)
            TakeBack();
        else
            _ = instance.Busy.ContinueWith(_ => TakeBack(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        void TakeBack()
        {
            first();
            Clean(instance);
        }
    }

    // One that cannot be cleaned is closed.
    private void Clean(DuckInstance instance)
    {
        try
        {
            instance.Clear();
            if (_disposed || instance.IsSpent || _idle.Count >= MaxIdle)
                instance.Dispose();
            else
                _idle.Add(instance);
        }
        catch (AmpException)
        {
            // A query may leave an instance unusable (out of memory in the middle of things): a new one takes its place.
            instance.Dispose();
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Memory.Dispose();
        while (_idle.TryTake(out var instance))
            instance.Dispose();
    }

    private async Task WaitForTurnAsync(CancellationToken ct)
    {
        if (_slots.Wait(0, CancellationToken.None))
            return;
        if (Interlocked.Increment(ref _waiting) > limits.QueueLength)
        {
            Interlocked.Decrement(ref _waiting);
            throw TooMany();
        }

        try
        {
            if (!await _slots.WaitAsync(limits.QueueWait, ct))
                throw TooMany();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private RetryableException TooMany() => new(
        ErrorCode.TooManyQueries,
        string.Create(CultureInfo.InvariantCulture, $"{limits.Slots} queries run already and {limits.QueueLength} may wait (query_max_concurrent = {limits.MaxConcurrent}, query_queue_length = {limits.QueueLength}): try again later."),
        retryAfter: limits.QueueWait);
}
