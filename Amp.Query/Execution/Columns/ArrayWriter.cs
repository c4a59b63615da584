using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>DuckDB's arrays of fixed length, sent as lists.</summary>
internal sealed class ArrayWriter(ListType type, int width, ColumnWriter element) : ColumnWriter(type)
{
    private readonly PooledBuffer _offsets = new();
    private int _elements;

    public override long ByteCount => _offsets.Length + element.ByteCount;

    public override long Measure(nint vector, int start, int count) =>
        (long)count * width * ListWriter.ElementBytes + element.Measure(DuckNative.ArrayChild(vector), start * width, count * width);

    public override void Release()
    {
        base.Release();
        _offsets.Release();
        element.Release();
    }

    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
        var child = DuckNative.ArrayChild(vector);
        var offsets = Offsets(count);
        for (var i = 0; i < count; i++)
        {
            if (IsValid(mask, start + i))
            {
                element.Append(child, checked((start + i) * width), width);
                _elements = checked(_elements + width);
            }

            offsets[i] = _elements;
        }
    }

    protected override void AppendNullValues(int count) => Offsets(count).Fill(_elements);

    protected override ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory)
    {
        if (rows == 0)
            Offsets(0);
        _elements = 0;
        return new ArrayData(Type, rows, nulls, 0, [validity, memory.Own(_offsets)], [element.Finish(memory)]);
    }

    private Span<int> Offsets(int count)
    {
        if (_offsets.Length == 0)
            _offsets.Extend<int>(1)[0] = 0;
        return _offsets.Extend<int>(count);
    }
}
