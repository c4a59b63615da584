using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>Lists and maps: offsets, and the elements by a writer of their own.</summary>
internal sealed class ListWriter(IArrowType type, ColumnWriter element) : ColumnWriter(type)
{
    /// <summary>What an element takes at most where all are alike.</summary>
    public const int ElementBytes = 16;

    private readonly PooledBuffer _offsets = new();
    private int _elements;

    public override long ByteCount => _offsets.Length + element.ByteCount;

    public override unsafe long Measure(nint vector, int start, int count)
    {
        var mask = DuckNative.VectorValidity(vector);
        var entries = (Entry*)DuckNative.VectorData(vector);
        var child = DuckNative.ListChild(vector);
        long bytes = 0;
        for (var row = start; row < start + count; row++)
        {
            if (IsValid(mask, row) && entries[row].Length > 0)
                bytes += (long)entries[row].Length * ElementBytes + element.Measure(child, checked((int)entries[row].Offset), checked((int)entries[row].Length));
        }

        return bytes;
    }

    public override void Release()
    {
        base.Release();
        _offsets.Release();
        element.Release();
    }

    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
        var entries = (Entry*)data + start;
        var child = DuckNative.ListChild(vector);
        var offsets = Offsets(count);

        // Neighbouring lists mostly lie one after the other: they are copied in one go.
        ulong runStart = 0, runLength = 0;
        for (var i = 0; i < count; i++)
        {
            if (IsValid(mask, start + i) && entries[i].Length > 0)
            {
                if (entries[i].Offset != runStart + runLength)
                {
                    Copy(child, runStart, runLength);
                    (runStart, runLength) = (entries[i].Offset, 0);
                }

                runLength += entries[i].Length;
                _elements = checked(_elements + (int)entries[i].Length);
            }

            offsets[i] = _elements;
        }

        Copy(child, runStart, runLength);
    }

    protected override void AppendNullValues(int count) => Offsets(count).Fill(_elements);

    protected override ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory)
    {
        if (rows == 0)
            Offsets(0);
        _elements = 0;
        return new ArrayData(Type, rows, nulls, 0, [validity, memory.Own(_offsets)], [element.Finish(memory)]);
    }

    private void Copy(nint child, ulong start, ulong length)
    {
        if (length > 0)
            element.Append(child, checked((int)start), checked((int)length));
    }

    private Span<int> Offsets(int count)
    {
        if (_offsets.Length == 0)
            _offsets.Extend<int>(1)[0] = 0;
        return _offsets.Extend<int>(count);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Entry
    {
        public readonly ulong Offset;
        public readonly ulong Length;
    }
}
