using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Amp.TestKit;

namespace Amp.IntegrationTests.Ctl;

/// <summary>An <c>ampctl</c> in a pseudo-terminal that still runs.</summary>
public sealed partial class AmpctlTerminal : IAsyncDisposable
{
    public const char CtrlC = '\u0003';

    private readonly Process _script;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;

    internal AmpctlTerminal(Process script)
    {
        _script = script;
        _reading = ReadAsync();
    }

    /// <summary>What it has shown so far, what steers the terminal too.</summary>
    public string Raw
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public Task ShowsAsync(string text) => Eventually.TrueAsync(() => Raw.Contains(text, StringComparison.Ordinal), $"the terminal shows '{text}'", details: () => Raw);

    public async Task PressAsync(char key)
    {
        await _script.StandardInput.WriteAsync(key);
        await _script.StandardInput.FlushAsync();
    }

    /// <summary>Waits for its end; the output is without what steers the terminal.</summary>
    public async Task<AmpctlRun> EndAsync()
    {
        await _script.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await _reading;
        return new AmpctlRun(_script.ExitCode, Steering().Replace(Raw, "").ReplaceLineEndings("\n").Trim(), "");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_script.HasExited)
            _script.Kill(entireProcessTree: true);
        await _script.WaitForExitAsync();
        _script.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        while (await _script.StandardOutput.ReadAsync(buffer) is > 0 and var read)
        {
            lock (_output)
                _output.Append(buffer, 0, read);
        }
    }

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]|\u001b[=>]")]
    private static partial Regex Steering();
}
