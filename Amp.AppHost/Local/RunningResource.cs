using System.Diagnostics.CodeAnalysis;

namespace Amp.AppHost.Local;

/// <summary>A resource of the picture on its way through waiting, starting, being healthy, ending.</summary>
internal abstract class RunningResource(Resource resource, LocalContext context)
{
    private readonly TaskCompletionSource _healthy = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _run = Task.CompletedTask;

    public Resource Resource { get; } = resource;

    public Task Healthy => _healthy.Task;

    /// <summary>Ends when the resource has done its work and ended well.</summary>
    public Task Completed => _completed.Task;

    protected LocalContext Context { get; } = context;

    protected ConsoleLog Log => Context.Log;

    public void Begin() => _run = WaitAndRunAsync();

    public async Task StopAsync(CancellationToken quick)
    {
        await EndAsync(quick);
        await _run;
        // A start that was under way when the stop came may have begun a process after the first look.
        await EndAsync(quick);
    }

    protected abstract Task RunAsync(CancellationToken stopping);

    /// <summary>Ends what runs; <paramref name="quick"/> asks for haste.</summary>
    protected abstract Task EndAsync(CancellationToken quick);

    protected void BecameHealthy() => _healthy.TrySetResult();

    protected void HasCompleted() => _completed.TrySetResult();

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever fails in a resource ends the run, with its message.")]
    private async Task WaitAndRunAsync()
    {
        try
        {
            foreach (var wait in Resource.Waits)
            {
                var other = Context.Running(StartOrder.Target(wait));
                await (wait.ForCompletion ? other.Completed : other.Healthy).WaitAsync(Context.Stopping);
            }

            await RunAsync(Context.Stopping);
        }
        catch (OperationCanceledException) when (Context.Stopping.IsCancellationRequested)
        {
            // Stopped while waiting.
        }
        catch (Exception e)
        {
            Context.Fatal(e);
        }
    }
}
