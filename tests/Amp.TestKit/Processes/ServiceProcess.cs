using System.Diagnostics;
using Amp.LocalPostgres.Processes;
using Xunit;

namespace Amp.TestKit.Processes;

/// <summary>A real process of ours: started, waited for, signalled, and never left behind, not even when the test process is killed.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly ServiceProcessSettings _settings;
    private readonly List<string> _lines = [];
    private readonly Lock _lock = new();
    private GuardedProcess _process = null!;

    private ServiceProcess(ServiceProcessSettings settings) => _settings = settings;

    public string Name => _settings.Name;

    public int Id => _process.Id;

    public bool IsRunning => !_process.Exited.IsCompleted;

    /// <summary>The exit code; 128 + the signal's number after a signal that was not handled.</summary>
    public Task<int> Exited => _process.Exited;

    /// <summary>All that the process has written, both streams.</summary>
    public string Log
    {
        get
        {
            lock (_lock)
                return string.Join('\n', _lines);
        }
    }

    /// <summary>Starts the process and waits until it is ready.</summary>
    public static async Task<ServiceProcess> StartAsync(ServiceProcessSettings settings)
    {
        var service = Launch(settings);
        try
        {
            await service.BecomesReadyAsync();
            return service;
        }
        catch
        {
            await service.KillAsync();
            throw;
        }
    }

    /// <summary>Starts the process and waits for nothing: for those that are to fail.</summary>
    public static ServiceProcess Launch(ServiceProcessSettings settings)
    {
        var service = new ServiceProcess(settings);
        service._process = GuardedProcess.Start(new GuardedProcessSettings(DotnetHost.Program, [settings.Assembly, .. settings.Arguments])
        {
            WorkingDirectory = settings.WorkingDirectory ?? Path.GetTempPath(),
            Environment = CleanEnvironment(settings.Environment),
            GracePeriod = settings.GracePeriod,
            RemoveOnOwnerDeath = settings.RemoveOnOwnerDeath,
            OnLine = (line, _) => service.Add(line),
        });
        return service;
    }

    /// <summary>SIGTERM, and SIGKILL after the grace period; the exit code.</summary>
    public Task<int> StopAsync() => _process.StopAsync();

    /// <summary>SIGKILL.</summary>
    public Task<int> KillAsync() => _process.KillAsync();

    /// <summary>SIGSTOP: the process is there but does nothing, as on a machine that hangs.</summary>
    public void Pause() => Signal(UnixSignal.Stop);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signal(UnixSignal.Continue);

    public void Signal(UnixSignal signal) => _process.Signal(signal);

    public Task WaitForLogAsync(string text, TimeSpan? deadline = null) =>
        Eventually.TrueAsync(() => Log.Contains(text, StringComparison.Ordinal), $"{Name} writes '{text}'", deadline, () => Tail(30));

    /// <summary>The end of the log, for messages.</summary>
    public string Tail(int lines)
    {
        lock (_lock)
            return $"Log of {Name}:\n{string.Join('\n', _lines.TakeLast(lines))}";
    }

    public async ValueTask DisposeAsync()
    {
        // A paused process acts on no signal but SIGKILL.
        _process.Signal(UnixSignal.Continue);
        await _process.DisposeAsync();
    }

    private async Task BecomesReadyAsync()
    {
        var start = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (!IsRunning)
                Assert.Fail($"{Name} ended with exit code {await Exited} before it was ready. {Tail(30)}");
            if (Stopwatch.GetElapsedTime(start) > _settings.StartDeadline)
                Assert.Fail($"{Name} was not ready within {_settings.StartDeadline.TotalSeconds} s. {Tail(30)}");
            await Task.WhenAny(Exited, Task.Delay(25));
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_settings.ReadyLine is { } line && !Log.Contains(line, StringComparison.Ordinal))
            return false;
        if (_settings.ReadyUrl is not { } url)
            return true;
        try
        {
            using var answer = await _http.GetAsync(url);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private void Add(string line)
    {
        lock (_lock)
            _lines.Add(line);
    }

    /// <summary>Configuration of the desk must not reach the processes of a test.</summary>
    private static Dictionary<string, string?> CleanEnvironment(IReadOnlyDictionary<string, string?> wanted)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var name in System.Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            if (IsConfiguration(name))
                environment[name] = null;
        }

        foreach (var (name, value) in wanted)
            environment[name] = value;
        return environment;
    }

    private static bool IsConfiguration(string name) =>
        (name.StartsWith("AMP_", StringComparison.Ordinal) && name != LocalPostgres.PostgresBinaries.FolderVariable)
        || name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)
        || name.StartsWith("OTEL_", StringComparison.Ordinal)
        || name.StartsWith("AWS_", StringComparison.Ordinal)
        || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal);
}
