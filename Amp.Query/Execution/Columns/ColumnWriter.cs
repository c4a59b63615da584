using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>Gathers one column of many DuckDB chunks into one Arrow array of its final type: one copy from DuckDB's vector to the batch.</summary>
/// <remarks>
/// DuckDB's own conversion to Arrow makes an array of 2,048 rows, which would have to be copied again into a batch and
/// again to fixed bytes or nanoseconds; the vectors of a fetched chunk are flat, so they are read directly.
/// </remarks>
internal abstract class ColumnWriter(IArrowType type)
{
    public IArrowType Type { get; } = type;

    protected ValidityBuffer Validity { get; } = new();

    protected int Rows { get; set; }

    /// <summary>Appends rows [start, start + count) of the vector.</summary>
    public unsafe void Append(nint vector, int start, int count)
    {
        var mask = DuckNative.VectorValidity(vector);
        Validity.Append(mask, start, count);
        AppendValues(vector, DuckNative.VectorData(vector), mask, start, count);
        Rows += count;
    }

    /// <summary>Appends rows that are null because their parent is.</summary>
    public void AppendNulls(int count)
    {
        Validity.AppendNulls(count);
        AppendNullValues(count);
        Rows += count;
    }

    /// <summary>Bytes of rows [start, start + count) of the vector, about, as far as some may have far more than others; 0 where all are alike and small.</summary>
    public virtual long Measure(nint vector, int start, int count) => 0;

    /// <summary>Bytes gathered so far, about.</summary>
    public abstract long ByteCount { get; }

    public ArrayData Finish(PooledMemory memory)
    {
        var rows = Rows;
        var nulls = Validity.NullCount;
        var data = Build(rows, nulls, Validity.Finish(memory), memory);
        Rows = 0;
        return data;
    }

    public virtual void Release() => Validity.Release();

    protected abstract unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count);

    protected abstract void AppendNullValues(int count);

    protected abstract ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory);

    protected static unsafe bool IsValid(ulong* mask, int row) => mask is null || (mask[row >> 6] >> (row & 63) & 1) != 0;
}
