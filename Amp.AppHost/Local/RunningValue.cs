namespace Amp.AppHost.Local;

/// <summary>A parameter, a connection string, a database of a server: nothing runs for it.</summary>
internal sealed class RunningValue(Resource resource, LocalContext context) : RunningResource(resource, context)
{
    protected override Task RunAsync(CancellationToken stopping)
    {
        BecameHealthy();
        return Task.CompletedTask;
    }

    protected override Task EndAsync(CancellationToken quick) => Task.CompletedTask;
}
