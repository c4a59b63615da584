using System.Runtime.InteropServices;

namespace Amp.Query.Execution.Columns;

/// <summary>DuckDB's 16-byte text or blob: the length, then up to 12 bytes in place, or 4 bytes of prefix and a pointer.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct DuckString
{
    private const int InlineLength = 12;

    [FieldOffset(0)]
    public readonly uint Length;

    [FieldOffset(4)]
    private readonly byte _inline;

    [FieldOffset(8)]
    private readonly byte* _pointer;

    /// <summary>Its bytes; valid while the chunk lives and this value does not move.</summary>
    public static byte* Bytes(DuckString* value) => value->Length <= InlineLength ? &value->_inline : value->_pointer;
}
