namespace Amp.AppHost.Local;

/// <summary>Several equal processes of one project, without endpoints.</summary>
internal sealed class RunningReplicas(ProjectResource project, LocalContext context) : RunningResource(project, context)
{
    private readonly List<RunningProject> _replicas =
        [.. Enumerable.Range(0, project.Replicas).Select(_ => new RunningProject(project, context, endsByItself: false))];

    protected override async Task RunAsync(CancellationToken stopping)
    {
        foreach (var replica in _replicas)
            replica.Begin();
        await Task.WhenAll(_replicas.Select(r => r.Healthy)).WaitAsync(stopping);
        BecameHealthy();
    }

    protected override Task EndAsync(CancellationToken quick) => Task.WhenAll(_replicas.Select(r => r.StopAsync(quick)));
}
