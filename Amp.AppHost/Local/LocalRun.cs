using System.Diagnostics;
using System.Globalization;
using Amp.Shared.Faults;

namespace Amp.AppHost.Local;

/// <summary>Runs the picture as plain processes: starts in order, waits, watches, and stops everything in the reverse order.</summary>
internal sealed class LocalRun
{
    private readonly Dictionary<Resource, RunningResource> _running = [];
    private readonly TaskCompletionSource<Exception> _fatal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StopRequests _stop;
    private readonly ConsoleLog _log;
    private readonly LocalContext _context;
    private readonly string? _engine;

    private LocalRun(string stateFolder, ConsoleLog log, string? engine, StopRequests stop, CancellationToken stopping)
    {
        _engine = engine;
        _stop = stop;
        _log = log;
        _context = new LocalContext(stateFolder, log, r => _running[r], e => _fatal.TrySetResult(e), stopping);
    }

    /// <summary>The exit code: 0 after a signal, 1 after a fault, which is told in one line.</summary>
    public static async Task<int> RunAsync(IDistributedApplicationBuilder builder, CancellationToken cancellationToken)
    {
        using var stop = new StopRequests();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop.Clean, cancellationToken);
        try
        {
            var folder = Path.GetFullPath(builder.Configuration["amp-dir"] ?? Path.Combine(builder.AppHostDirectory, "..", ".amp"));
            var logs = Path.Combine(folder, "logs");
            Directory.CreateDirectory(logs);
            using var log = new ConsoleLog(logs, builder.Resources.Max(r => r.Name.Length));
            var withContainers = string.Equals(builder.Configuration["containers"], "true", StringComparison.OrdinalIgnoreCase);
            var engine = withContainers ? await ContainerEngine.FindAsync(stopping.Token) : null;
            var hint = withContainers ? "neither docker nor podman answers on this machine" : "--containers true starts them where Docker or Podman answers";
            var resources = LeftOut.Choose(builder.Resources.Cast<Resource>(), engine is not null, hint, log.Say);
            PortPlan.Allocate(resources);
            var run = new LocalRun(folder, log, engine, stop, stopping.Token);
            return await run.RunAsync(StartOrder.Of(resources));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }
        catch (AmpException e)
        {
            await Console.Error.WriteLineAsync($"error: {AmpException.Describe(e)}");
            return 1;
        }
    }

    private async Task<int> RunAsync(IReadOnlyList<IReadOnlyList<Resource>> waves)
    {
        var all = waves.SelectMany(w => w).ToList();
        var awaited = all.SelectMany(r => r.Waits).Where(w => w.ForCompletion).Select(StartOrder.Target).ToHashSet();
        foreach (var resource in all)
            _running[resource] = Create(resource, awaited.Contains(resource));
        foreach (var running in _running.Values)
            running.Begin();

        _ = LauncherWatch.WatchAsync(_stop.Request, _context.Stopping);
        var stopped = new TaskCompletionSource();
        await using var registration = _context.Stopping.Register(() => stopped.TrySetResult());
        var first = await Task.WhenAny(stopped.Task, _fatal.Task);
        if (first == _fatal.Task)
            _stop.Request();
        await StopAsync(waves);
        if (!_fatal.Task.IsCompleted)
            return 0;
        await Console.Error.WriteLineAsync($"error: {AmpException.Describe(await _fatal.Task)}");
        return 1;
    }

    private async Task StopAsync(IReadOnlyList<IReadOnlyList<Resource>> waves)
    {
        var start = Stopwatch.GetTimestamp();
        _log.Say("stopping");
        foreach (var wave in waves.Reverse())
            await Task.WhenAll(wave.Select(r => _running[r].StopAsync(_stop.Quick)));
        _log.Say(string.Create(CultureInfo.InvariantCulture, $"all stopped in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"));
    }

    private RunningResource Create(Resource resource, bool endsByItself) => resource switch
    {
        PostgresServerResource server => new RunningPostgres(server, _context),
        ProjectResource { Replicas: > 1, Endpoints.Count: > 0 } =>
            throw new DistributedApplicationException($"'{resource.Name}' has replicas and endpoints: nothing here spreads calls over replicas, so give each its own resource"),
        ProjectResource { Replicas: > 1 } project => new RunningReplicas(project, _context),
        ProjectResource project => new RunningProject(project, _context, endsByItself),
        ContainerResource container => new RunningContainer(container, _context, _engine ?? throw new UnreachableException()),
        _ => new RunningValue(resource, _context),
    };
}
