using System.Runtime.InteropServices;

namespace Amp.AppHost.Local;

/// <summary>When <c>dotnet run</c> started us and dies without a word, nobody at the terminal can stop us any more: then we stop ourselves.</summary>
internal static partial class LauncherWatch
{
    public static async Task WatchAsync(Action launcherDied, CancellationToken stopping)
    {
        var launcher = GetParentId();
        if (!IsDotnetRun(launcher))
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                if (GetParentId() == launcher)
                    continue;
                launcherDied();
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // We stop anyway.
        }
    }

    private static bool IsDotnetRun(int processId)
    {
        var file = $"/proc/{processId}/cmdline";
        if (!File.Exists(file))
            return false;
        var words = File.ReadAllText(file).Split('\0');
        return Path.GetFileName(words[0]) == "dotnet" && words.Contains("run", StringComparer.Ordinal);
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetParentId();
}
