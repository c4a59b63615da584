using System.Diagnostics;
using Amp.Shared.Faults;

namespace Amp.LocalPostgres.Processes;

/// <summary>A child process that never outlives us, not even when we are killed with SIGKILL.</summary>
/// <remarks>
/// The child is started by a shell that first leaves a guard behind and then becomes the child (exec), so that <see cref="Id"/> is the child's own id.
/// The guard reads a pipe whose other end only we hold: the kernel closes it when we die in whatever way, and the guard then ends the child.
/// PR_SET_PDEATHSIG would do the same on Linux alone, follows the *thread* that forked, and sends one signal without a second, harder one.
/// Both sit in a session of their own, so that neither Ctrl-C nor a SIGKILL to our process group reaches them before or without us.
/// </remarks>
public sealed class GuardedProcess : IAsyncDisposable
{
    private const string Script = """
        exec 3<&0 </dev/null
        (
          trap '' HUP INT QUIT TERM TSTP
          if read -r _ <&3; then exit 0; fi
          kill -s "$1" -- -$$ || kill -s "$1" $$
          n=$2
          while [ "$n" -gt 0 ] && kill -0 $$; do
            if [ -r /proc/$$/stat ] && read -r stat </proc/$$/stat; then case "$stat" in *") Z "*) break ;; esac; fi
            sleep 0.1
            n=$((n - 1))
          done
          kill -s KILL $$
          [ -z "$3" ] || rm -rf -- "$3"
          kill -s KILL -- -$$
        ) >/dev/null 2>&1 &
        exec 3<&-
        shift 3
        exec "$@"
        """;

    private readonly Process _process;
    private readonly GuardedProcessSettings _settings;
    private int _released;

    private GuardedProcess(Process process, GuardedProcessSettings settings)
    {
        _process = process;
        _settings = settings;
        Id = process.Id;
        Exited = WatchAsync();
    }

    public int Id { get; }

    /// <summary>Ends with the exit code (128 + the signal's number for a signalled end) after the last line of output was handed on.</summary>
    public Task<int> Exited { get; }

    public static GuardedProcess Start(GuardedProcessSettings settings)
    {
        if (OperatingSystem.IsWindows())
            throw new AmpException(ErrorCode.InvalidConfig, "local processes are guarded by a POSIX shell: run this on Linux, macOS or in WSL");

        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = settings.WorkingDirectory ?? "",
        };
        if (SetSid is { } setsid)
        {
            start.FileName = setsid;
            start.ArgumentList.Add("/bin/sh");
        }
        else
        {
            start.FileName = "/bin/sh";
        }

        foreach (var argument in (string[])["-c", Script, "guard", ShellName(settings.StopSignal), Tenths(settings.GracePeriod), settings.RemoveOnOwnerDeath ?? "", settings.FileName])
            start.ArgumentList.Add(argument);
        foreach (var argument in settings.Arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings.Environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException($"no process was started for {settings.FileName}");
        return new GuardedProcess(process, settings);
    }

    /// <summary>False when the process has ended.</summary>
    public bool Signal(UnixSignal signal) => !Exited.IsCompleted && Posix.Signal(Id, signal);

    /// <summary>Asks the process to end, and ends it after the grace period.</summary>
    public async Task<int> StopAsync()
    {
        Signal(_settings.StopSignal);
        if (await EndsWithinAsync(_settings.GracePeriod))
            return await Exited;
        return await KillAsync();
    }

    public async Task<int> KillAsync()
    {
        Signal(UnixSignal.Kill);
        return await Exited;
    }

    public async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        using var timer = new CancellationTokenSource();
        var first = await Task.WhenAny(Exited, Task.Delay(time, timer.Token));
        await timer.CancelAsync();
        return first == Exited;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    private async Task<int> WatchAsync()
    {
        var output = ForwardAsync(_process.StandardOutput, isError: false);
        var error = ForwardAsync(_process.StandardError, isError: true);
        await _process.WaitForExitAsync();
        ReleaseGuard();
        // Grandchildren may hold the pipes open after the child itself is gone.
        await Task.WhenAny(Task.WhenAll(output, error), Task.Delay(TimeSpan.FromSeconds(1)));
        return _process.ExitCode;
    }

    private async Task ForwardAsync(StreamReader reader, bool isError)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                _settings.OnLine?.Invoke(line, isError);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The pipe went with the process.
        }
    }

    private void ReleaseGuard()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0)
            return;
        try
        {
            _process.StandardInput.WriteLine();
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The guard is gone too: there is nobody left to release.
        }
    }

    private static string? SetSid { get; } = ((string[])["/usr/bin/setsid", "/bin/setsid"]).FirstOrDefault(File.Exists);

    private static string Tenths(TimeSpan time) => ((int)(time.TotalMilliseconds / 100)).ToString();

    private static string ShellName(UnixSignal signal) => signal switch
    {
        UnixSignal.Interrupt => "INT",
        UnixSignal.Quit => "QUIT",
        UnixSignal.Kill => "KILL",
        UnixSignal.Terminate => "TERM",
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "not a signal that ends a process"),
    };
}
