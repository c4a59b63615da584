using System.Runtime.InteropServices;

namespace Amp.AppHost.Local;

/// <summary>Ctrl-C, SIGTERM and the closed terminal ask for a clean stop; a second one asks for a quick stop.</summary>
internal sealed class StopRequests : IDisposable
{
    private readonly CancellationTokenSource _clean = new();
    private readonly CancellationTokenSource _quick = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public StopRequests() => _registrations =
        [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP]).Select(s => PosixSignalRegistration.Create(s, Handle))];

    public CancellationToken Clean => _clean.Token;

    public CancellationToken Quick => _quick.Token;

    public void Request()
    {
        if (_clean.IsCancellationRequested)
            _quick.Cancel();
        else
            _clean.Cancel();
    }

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _clean.Dispose();
        _quick.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        Request();
    }
}
