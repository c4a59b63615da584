using System.Diagnostics;
using Amp.LocalPostgres.Processes;

namespace Amp.LocalPostgres;

/// <summary>PostgreSQL refuses to run as root: when we are root it runs as the user that owns nothing.</summary>
internal static class UnprivilegedUser
{
    public const uint Id = 65534;

    private const string SetPriv = "/usr/bin/setpriv";

    public static bool Needed { get; } = Environment.IsPrivilegedProcess;

    public static (string FileName, string[] Arguments) Command(string fileName, params string[] arguments)
    {
        if (!Needed)
            return (fileName, arguments);
        if (!File.Exists(SetPriv))
            throw new PostgresUnavailableException($"PostgreSQL does not run as root, and {SetPriv} (package util-linux) is not there to become another user: run this as an ordinary user");
        return (SetPriv, [$"--reuid={Id}", $"--regid={Id}", "--clear-groups", "--", fileName, .. arguments]);
    }

    /// <summary>Asks the kernel instead of reading permission bits: parents, links and access lists count too.</summary>
    public static bool Tests(string condition, string path)
    {
        var (fileName, arguments) = Command("/usr/bin/test", condition, path);
        using var process = Process.Start(new ProcessStartInfo(fileName, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    public static void Own(string path)
    {
        if (Needed)
            Posix.ChangeOwner(path, Id);
    }
}
