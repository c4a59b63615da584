using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>Structs: a writer for each field.</summary>
internal sealed class StructWriter(StructType type, IReadOnlyList<ColumnWriter> fields) : ColumnWriter(type)
{
    public override long ByteCount => fields.Sum(f => f.ByteCount);

    public override long Measure(nint vector, int start, int count)
    {
        long bytes = 0;
        for (var i = 0; i < fields.Count; i++)
            bytes += fields[i].Measure(DuckNative.StructChild(vector, (ulong)i), start, count);
        return bytes;
    }

    public override void Release()
    {
        base.Release();
        foreach (var field in fields)
            field.Release();
    }

    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
        for (var i = 0; i < fields.Count; i++)
            fields[i].Append(DuckNative.StructChild(vector, (ulong)i), start, count);
    }

    protected override void AppendNullValues(int count)
    {
        foreach (var field in fields)
            field.AppendNulls(count);
    }

    protected override ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory) =>
        new(Type, rows, nulls, 0, [validity], [.. fields.Select(f => f.Finish(memory))]);
}
