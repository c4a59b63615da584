using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>Values of fixed width that become others: microseconds to nanoseconds, small decimals to wide ones.</summary>
internal sealed class ConvertingWriter<TSource, TTarget>(IArrowType type, Func<TSource, TTarget> convert) : ColumnWriter(type)
    where TSource : unmanaged
    where TTarget : unmanaged
{
    private readonly PooledBuffer _values = new();

    public override long ByteCount => _values.Length;

    public override void Release()
    {
        base.Release();
        _values.Release();
    }

    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
        var source = new ReadOnlySpan<TSource>((TSource*)data + start, count);
        var target = _values.Extend<TTarget>(count);
        for (var i = 0; i < count; i++)
            target[i] = IsValid(mask, start + i) ? convert(source[i]) : default;
    }

    protected override void AppendNullValues(int count) => _values.Extend(checked(count * Unsafe.SizeOf<TTarget>())).Clear();

    protected override ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory) =>
        new(Type, rows, nulls, 0, [validity, memory.Own(_values)], []);
}
