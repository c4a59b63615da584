using System.Runtime.InteropServices;

namespace Amp.Shared.Lake.Stores;

/// <summary>What the class library does not offer: a move that cannot replace a file, and a folder made durable.</summary>
internal static partial class DurableFiles
{
    private const int PermissionDenied = 1;
    private const int FileExists = 17;
    private const int CrossDevice = 18;
    private const int NotSupportedOnLinux = 95;
    private const int NotSupportedOnMac = 45;
    private const int TooManyLinks = 31;
    private const int ReadOnly = 0;

    /// <summary>Gives the file its name, unless that name exists. File.Move checks first and renames then, which a race can use to replace a file.</summary>
    public static void MoveNew(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(source, target, overwrite: false);
            return;
        }

        if (Link(source, target) == 0)
        {
            File.Delete(source);
            return;
        }

        var error = Marshal.GetLastPInvokeError();
        switch (error)
        {
            case FileExists:
                throw new IOException($"'{target}' exists already.");
            case PermissionDenied or CrossDevice or NotSupportedOnLinux or NotSupportedOnMac or TooManyLinks:
                // A file system without hard links: the random part of the name is what keeps writers apart there.
                File.Move(source, target, overwrite: false);
                break;
            default:
                throw new IOException($"'{source}' cannot be linked as '{target}': {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    /// <summary>A new name survives a loss of power only once its folder is on the disk.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"'{folder}' cannot be opened: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        try
        {
            // Some network file systems refuse this for folders; the file's own bytes are durable in any case.
            _ = Sync(descriptor);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string source, string target);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
