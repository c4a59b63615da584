using System.Runtime.InteropServices;

namespace Amp.Worker.Materialize;

/// <summary>How the allocators under the columns, the encoder's buffers and the reader of merges keep memory: used again rather than given back, and bounded.</summary>
internal static partial class NativeAllocator
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int ArenaMax = -8;
    private const int Arenas = 2;

    // Above a page, and below the answers of nodes, which are pooled.
    private const int LargeBlock = 1 << 20;
    private const int KeptFree = 8 << 20;

    // Read by jemalloc when the library that merges read with is loaded. Its own setting gives pages back after a second, so that they
    // fault in again, which is dear on virtual machines.
    private const string JemallocVariable = "JE_ARROW_MALLOC_CONF";
    private const string JemallocOptions = "dirty_decay_ms:10000,muzzy_decay_ms:10000,background_thread:false,narenas:2";

    /// <summary>
    /// To be called before that library is loaded. glibc raises the size above which a block is given back to the system by
    /// itself with every large block that is freed, up to 32 MB, and keeps an arena for each thread. Measured on dense blocks: 970 MB
    /// resident where 110 MB of row groups and less than 150 MB of buffers were in use.
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

            // Environment.SetEnvironmentVariable does not reach native code.
            _ = SetVariable(JemallocVariable, JemallocOptions, overwrite: 0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library: musl gives large blocks back by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
