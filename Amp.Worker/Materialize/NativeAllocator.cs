using System.Runtime.InteropServices;

namespace Amp.Worker.Materialize;

/// <summary>Keeps the C library's allocator from holding on to the large buffers that answers and columns come and go in.</summary>
internal static partial class NativeAllocator
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;
    private const int Arenas = 2;
    private const int LargeBlock = 128 << 10;
    private const int KeptFree = 8 << 20;

    /// <summary>
    /// glibc raises the size above which a block is given back to the system by itself with every large block that is freed,
    /// up to 32 MB, and keeps an arena for each thread. Measured on dense blocks: 970 MB resident where 110 MB of row groups
    /// and less than 150 MB of buffers were in use.
    /// </summary>
    public static void Bound()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetOption(MmapThreshold, LargeBlock);
            _ = SetOption(TrimThreshold, KeptFree);
            _ = SetOption(ArenaMax, Arenas);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library: musl gives large blocks back by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
