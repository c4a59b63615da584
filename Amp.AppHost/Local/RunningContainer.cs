using System.Globalization;
using Amp.LocalPostgres.Processes;

namespace Amp.AppHost.Local;

/// <summary>A container of the machine's own engine, in the foreground and removed at its end.</summary>
internal sealed class RunningContainer(ContainerResource container, LocalContext context, string engine) : RunningProcess(container, context, endsByItself: false)
{
    protected override async Task<GuardedProcessSettings> CommandAsync(CancellationToken stopping) =>
        new(engine, Arguments(container, await ResolveEnvironmentAsync(stopping), await ResolveArgumentsAsync(stopping), Environment.ProcessId))
        {
            // The values travel in our own environment, not on a command line that everyone on the machine can read.
            Environment = await ResolveEnvironmentAsync(stopping),
        };

    internal static List<string> Arguments(ContainerResource container, IReadOnlyDictionary<string, string?> environment, IReadOnlyList<string> arguments, int owner)
    {
        List<string> all = ["run", "--rm", "--init", "--name", string.Create(CultureInfo.InvariantCulture, $"amp-{container.Name}-{owner}")];
        foreach (var endpoint in container.Endpoints)
            all.AddRange("--publish", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{endpoint.AllocatedPort}:{endpoint.TargetPort ?? endpoint.AllocatedPort}"));
        foreach (var mount in container.Mounts)
            all.AddRange("--volume", $"{mount.Source}:{mount.Target}{(mount.IsReadOnly ? ":ro" : "")}");
        foreach (var name in environment.Keys)
            all.AddRange("--env", name);
        all.Add(container.Image);
        all.AddRange(arguments);
        return all;
    }
}
