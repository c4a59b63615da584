using System.Runtime.InteropServices;

namespace Amp.ServiceDefaults;

/// <summary>SIGTERM and SIGINT of this process: the first asks to stop, the second ends the process at once.</summary>
public sealed partial class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public StopSignals()
    {
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take), PosixSignalRegistration.Create(PosixSignal.SIGINT, Take)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stopping => _stop.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            // As a shell reports a process that a signal ended.
            ExitNow(context.Signal == PosixSignal.SIGINT ? 130 : 143);
        }

        _stop.Cancel();
    }

    private static void ExitNow(int code)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit(code);

        // Without the handlers that the C library runs at an exit: native threads that still write a file would abort the process in them.
        Exit(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
