namespace Amp.Query.Execution;

/// <summary>
/// A call into the engine, which blocks and so has a thread of its own. When it is to stop it is interrupted; one that does not hear that
/// in time is left: its thread goes on to the end of what it does, and its engine is free after it.
/// </summary>
internal sealed class EngineCall<T>
{
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _betweenInterrupts = TimeSpan.FromMilliseconds(5);

    public EngineCall(DuckInstance instance, Func<T> work, CancellationToken stop)
    {
        Result = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var settled = InterruptWhenStoppedAsync(instance.Connection, stop);
        instance.Busy = settled;
        Left = LeaveAsync(settled, stop);
    }

    public Task<T> Result { get; }

    /// <summary>Done when the call has ended, or was told to stop and is left alone.</summary>
    public Task Left { get; }

    /// <summary>The result; cancelled when the call is left.</summary>
    /// <param name="late">Gets the result of a call that was left.</param>
    public async Task<T> WaitAsync(Action<T> late)
    {
        await Left;
        if (Result.IsCompleted)
            return await Result;
        _ = Result.ContinueWith(r => late(r.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        throw new OperationCanceledException("The engine does not stop at once; its work is left.");
    }

    // An interrupt that comes before DuckDB has begun is lost, so it is repeated until the thread has ended.
    private async Task InterruptWhenStoppedAsync(DuckConnection connection, CancellationToken stop)
    {
        await Task.WhenAny(Result, Task.Delay(Timeout.Infinite, stop));
        while (!Result.IsCompleted)
        {
            connection.Interrupt();
            await Task.WhenAny(Result, Task.Delay(_betweenInterrupts, CancellationToken.None));
        }
    }

    private async Task LeaveAsync(Task settled, CancellationToken stop)
    {
        await Task.WhenAny(settled, Task.Delay(Timeout.Infinite, stop));
        await Task.WhenAny(settled, Task.Delay(_patience, CancellationToken.None));
    }
}
