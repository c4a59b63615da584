using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>A column that is null in every row and has no type: <c>SELECT NULL</c>.</summary>
internal sealed class NullWriter() : ColumnWriter(NullType.Default)
{
    public override long ByteCount => 0;

    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
    }

    protected override void AppendNullValues(int count)
    {
    }

    protected override ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory) =>
        new(Type, rows, rows, 0, System.Array.Empty<ArrowBuffer>(), []);
}
