using System.Runtime.InteropServices;

namespace Amp.ServiceDefaults;

/// <summary>SIGTERM and SIGINT of this process: the first asks to stop, the second ends the process at once.</summary>
public sealed class StopSignals : IDisposable
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
            Environment.Exit(context.Signal == PosixSignal.SIGINT ? 130 : 143);
        }

        _stop.Cancel();
    }
}
