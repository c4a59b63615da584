using System.Runtime.InteropServices;

namespace Amp.Query.Execution.Memory;

/// <summary>What the process has taken from the C library's allocator. The engine counts what it takes from its own; what its functions keep comes from here.</summary>
internal static partial class NativeHeap
{
    private const string Library = "libc.so.6";

    private static readonly bool _isCounted = Probe();

    /// <summary>Bytes that are in use; of the whole process where the C library does not tell.</summary>
    public static long BytesInUse()
    {
        if (!_isCounted)
            return Environment.WorkingSet;
        var counts = Counts();
        return (long)(counts.InUse + counts.InMappings);
    }

    /// <summary>Gives what is free back to the system, which the library keeps otherwise.</summary>
    public static void Trim()
    {
        if (_isCounted)
            _ = Trim(0);
    }

    private static bool Probe()
    {
        try
        {
            _ = Counts();
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    [LibraryImport(Library, EntryPoint = "mallinfo2")]
    private static partial HeapCounts Counts();

    [LibraryImport(Library, EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint kept);
}
