using System.Runtime.CompilerServices;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>Bytes whose table declares their length: DuckDB reads them as blobs, the client gets them as declared.</summary>
internal sealed class FixedBytesWriter(FixedSizeBinaryType type) : ColumnWriter(type)
{
    private readonly PooledBuffer _bytes = new();
    private readonly int _width = type.ByteWidth;

    public override long ByteCount => _bytes.Length;

    public override void Release()
    {
        base.Release();
        _bytes.Release();
    }

    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
        var values = (DuckString*)data + start;
        var width = _width;
        fixed (byte* target = _bytes.Extend(checked(count * width)))
        {
            var at = target;
            for (var i = 0; i < count; i++, at += width)
            {
                if (!IsValid(mask, start + i))
                {
                    new Span<byte>(at, width).Clear();
                    continue;
                }

                if (values[i].Length != (uint)width)
                    throw new AmpException(ErrorCode.ExecutionError, $"A value of {values[i].Length} bytes stands in a column of {width} bytes.");
                Unsafe.CopyBlockUnaligned(at, DuckString.Bytes(values + i), (uint)width);
            }
        }
    }

    protected override void AppendNullValues(int count) => _bytes.Extend(checked(count * _width)).Clear();

    protected override ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory) =>
        new(Type, rows, nulls, 0, [validity, memory.Own(_bytes)], []);
}
