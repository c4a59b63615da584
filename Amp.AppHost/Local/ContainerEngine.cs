using System.ComponentModel;
using System.Diagnostics;

namespace Amp.AppHost.Local;

/// <summary>Docker or Podman, if one of them answers on this machine.</summary>
internal static class ContainerEngine
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The program to call; null when none is installed or its service does not answer.</summary>
    public static async Task<string?> FindAsync(CancellationToken stopping)
    {
        foreach (var program in (string[])["docker", "podman"])
        {
            if (await AnswersAsync(program, stopping))
                return program;
        }

        return null;
    }

    private static async Task<bool> AnswersAsync(string program, CancellationToken stopping)
    {
        try
        {
            // The client alone answers "version" too; only the service has a server version.
            using var process = Process.Start(new ProcessStartInfo(program, ["version", "--format", "{{.Server.Version}}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            });
            if (process is null)
                return false;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            patience.CancelAfter(_patience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
