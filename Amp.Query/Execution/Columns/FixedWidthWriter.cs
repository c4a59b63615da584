using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>Values that lie in DuckDB as they lie in Arrow.</summary>
internal sealed class FixedWidthWriter<T>(IArrowType type) : ColumnWriter(type) where T : unmanaged
{
    private readonly PooledBuffer _values = new();

    public override long ByteCount => _values.Length;

    public override void Release()
    {
        base.Release();
        _values.Release();
    }

    // What lies under a null is not looked at, but zero it may not stay: DuckDB leaves old memory there, and it would reach the client.
    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
        var target = _values.Extend<T>(count);
        new ReadOnlySpan<T>((T*)data + start, count).CopyTo(target);
        if (mask is null)
            return;
        for (var i = 0; i < count; i++)
        {
            if (!IsValid(mask, start + i))
                target[i] = default;
        }
    }

    protected override void AppendNullValues(int count) => _values.Extend(checked(count * Unsafe.SizeOf<T>())).Clear();

    protected override ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory) =>
        new(Type, rows, nulls, 0, [validity, memory.Own(_values)], []);
}
