using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Amp.Chains.Rows;

/// <summary>Where the values of a column of varying length end; as Arrow wants it, a zero stands first.</summary>
internal sealed class OffsetBuffer : IDisposable
{
    private readonly NativeBuffer _offsets = new();

    public OffsetBuffer() => AppendZero();

    public int Count => (_offsets.Length / sizeof(int)) - 1;

    public int ByteCount => _offsets.Length;

    /// <summary>The end of the last value.</summary>
    public int End => MemoryMarshal.Read<int>(_offsets.WrittenSpan[^sizeof(int)..]);

    public void Append(int end) => MemoryMarshal.Write(_offsets.Append(sizeof(int)), end);

    public void Truncate(int count) => _offsets.Truncate((count + 1) * sizeof(int));

    public void Clear(int keep)
    {
        _offsets.Clear(keep);
        AppendZero();
    }

    public ArrowBuffer ToArrow() => new(_offsets.Written);

    public void Dispose() => ((IDisposable)_offsets).Dispose();

    private void AppendZero() => _offsets.Append(sizeof(int)).Clear();
}
