using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>DuckDB's booleans are bytes, Arrow's are bits.</summary>
internal sealed class BooleanWriter() : ColumnWriter(BooleanType.Default)
{
    private readonly PooledBuffer _bits = new();

    public override long ByteCount => _bits.Length;

    public override void Release()
    {
        base.Release();
        _bits.Release();
    }

    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
        Reserve(count);
        var bits = _bits.Written;
        var values = (byte*)data + start;
        for (var i = 0; i < count; i++)
        {
            if (values[i] != 0 && IsValid(mask, start + i))
                BitUtility.SetBit(bits, Rows + i);
        }
    }

    protected override void AppendNullValues(int count) => Reserve(count);

    protected override ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory) =>
        new(Type, rows, nulls, 0, [validity, memory.Own(_bits)], []);

    private void Reserve(int count)
    {
        var needed = (Rows + count + 7) / 8;
        if (needed > _bits.Length)
            _bits.Extend(needed - _bits.Length).Clear();
    }
}
