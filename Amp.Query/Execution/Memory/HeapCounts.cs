using System.Runtime.InteropServices;

namespace Amp.Query.Execution.Memory;

/// <summary>The C library's <c>struct mallinfo2</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct HeapCounts
{
    private readonly nuint _arenas;
    private readonly nuint _freeChunks;
    private readonly nuint _fastChunks;
    private readonly nuint _mappings;
    private readonly nuint _mapped;
    private readonly nuint _unused;
    private readonly nuint _fastBytes;
    private readonly nuint _inUse;
    private readonly nuint _free;
    private readonly nuint _trimmable;

    /// <summary>Bytes of small pieces.</summary>
    public nuint InUse => _inUse;

    /// <summary>Bytes of large ones, which have mappings of their own.</summary>
    public nuint InMappings => _mapped;
}
