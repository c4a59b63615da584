using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Amp.LocalPostgres.Processes;

/// <summary>The few calls of the C library that .NET has no method for.</summary>
public static partial class Posix
{
    private const int NoSuchProcess = 3;

    /// <summary>Sends the signal; false when no such process is there any more.</summary>
    public static bool Signal(int processId, UnixSignal signal)
    {
        if (processId <= 1)
            throw new ArgumentOutOfRangeException(nameof(processId), processId, "a process of ours has an id above 1");
        if (Kill(processId, Number(signal)) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error, $"cannot signal process {processId}");
    }

    /// <summary>Whether the process runs; one that has ended and waits to be reaped does not.</summary>
    public static bool IsAlive(int processId)
    {
        if (processId <= 0)
            return false;
        const int notPermitted = 1;
        if (Kill(processId, 0) != 0 && Marshal.GetLastPInvokeError() != notPermitted)
            return false;
        if (!OperatingSystem.IsLinux())
            return true;
        try
        {
            // "pid (command) S ...": the command may hold anything, so the state is looked for after its last bracket.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    internal static void ChangeOwner(string path, uint userId)
    {
        if (Chown(path, userId, userId) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot give {path} to user {userId}");
    }

    private static int Number(UnixSignal signal) => signal switch
    {
        UnixSignal.Stop => OperatingSystem.IsMacOS() ? 17 : 19,
        UnixSignal.Continue => OperatingSystem.IsMacOS() ? 19 : 18,
        _ => (int)signal,
    };

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Chown(string path, uint userId, uint groupId);
}
