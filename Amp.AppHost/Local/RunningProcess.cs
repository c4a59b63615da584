using System.Diagnostics;
using System.Globalization;
using Amp.LocalPostgres.Processes;
using Amp.Shared.Faults;

namespace Amp.AppHost.Local;

/// <summary>A resource that is one process: started, watched until healthy, started again when it ends by itself.</summary>
internal abstract class RunningProcess(Resource resource, LocalContext context, bool endsByItself) : RunningResource(resource, context)
{
    // A wrong setting does not mend itself: after so many starts without one healthy moment the run ends with the message.
    private const int MostStartsInVain = 5;

    private GuardedProcess? _process;
    private bool _wasHealthy;

    /// <summary>What to start, with every reference resolved.</summary>
    protected abstract Task<GuardedProcessSettings> CommandAsync(CancellationToken stopping);

    protected override async Task RunAsync(CancellationToken stopping)
    {
        var backoff = new Backoff();
        while (true)
        {
            var lines = new LocalPostgres.LastLines(3);
            var command = await CommandAsync(stopping);
            stopping.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            _process = GuardedProcess.Start(command with
            {
                OnLine = (line, _) =>
                {
                    lines.Add(line);
                    Log.Write(Resource.Name, line);
                },
            });
            if (!endsByItself)
                await WatchHealthAsync(_process, stopping);
            var exitCode = await _process.Exited.WaitAsync(stopping);
            if (endsByItself && exitCode == 0)
            {
                HasCompleted();
                return;
            }

            await _process.DisposeAsync();
            var pause = backoff.Next(Stopwatch.GetElapsedTime(started));
            if (endsByItself || (!_wasHealthy && backoff.Failures >= MostStartsInVain))
                throw new AmpException(ErrorCode.InternalError, string.Create(CultureInfo.InvariantCulture, $"{Resource.Name} ended with exit code {exitCode} before it was of use: {lines}"));
            Log.Say(string.Create(CultureInfo.InvariantCulture, $"{Resource.Name} ended with exit code {exitCode}; starting it again in {pause.TotalSeconds} s"));
            await Task.Delay(pause, stopping);
        }
    }

    protected override async Task EndAsync(CancellationToken quick)
    {
        if (_process is not { } process)
            return;
        await using var hurry = quick.Register(() => process.Signal(UnixSignal.Kill));
        await process.DisposeAsync();
    }

    protected async Task<Dictionary<string, string?>> ResolveEnvironmentAsync(CancellationToken stopping)
    {
        Dictionary<string, string?> environment = new(StringComparer.Ordinal);
        foreach (var (name, value) in Resource.Environment)
            environment[name] = await ResolveAsync(value, stopping);
        return environment;
    }

    protected async Task<List<string>> ResolveArgumentsAsync(CancellationToken stopping)
    {
        List<string> arguments = [];
        foreach (var argument in Resource.Arguments)
            arguments.Add(await ResolveAsync(argument, stopping) ?? "");
        return arguments;
    }

    private static async ValueTask<string?> ResolveAsync(object value, CancellationToken stopping) =>
        value is IValueProvider provider ? await provider.GetValueAsync(stopping) : Convert.ToString(value, CultureInfo.InvariantCulture);

    private async Task WatchHealthAsync(GuardedProcess process, CancellationToken stopping)
    {
        if (Resource.Health is { } health)
        {
            var endpoint = Resource.Endpoints.Find(e => e.Name == health.EndpointName)
                ?? throw new DistributedApplicationException($"'{Resource.Name}' is asked for its health at the endpoint '{health.EndpointName}', which it does not have");
            var url = new Uri($"http://127.0.0.1:{endpoint.AllocatedPort}{health.Path}");
            if (!await HealthProbe.BecomesHealthyAsync(url, process.Exited, () => Log.Say($"{Resource.Name} is not healthy yet ({url})"), stopping))
                return;
        }

        _wasHealthy = true;
        BecameHealthy();
    }
}
