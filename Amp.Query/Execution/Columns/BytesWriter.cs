using System.Runtime.CompilerServices;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>Text and bytes of any length.</summary>
internal sealed class BytesWriter(IArrowType type) : ColumnWriter(type)
{
    private readonly PooledBuffer _offsets = new();
    private readonly PooledBuffer _bytes = new();

    public override long ByteCount => _offsets.Length + (long)_bytes.Length;

    public override unsafe long Measure(nint vector, int start, int count)
    {
        var mask = DuckNative.VectorValidity(vector);
        var values = (DuckString*)DuckNative.VectorData(vector);
        long bytes = 0;
        for (var row = start; row < start + count; row++)
            bytes += IsValid(mask, row) ? values[row].Length : 0;
        return bytes;
    }

    public override void Release()
    {
        base.Release();
        _offsets.Release();
        _bytes.Release();
    }

    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
        var offsets = Offsets(count);
        var values = (DuckString*)data + start;
        long end = _bytes.Length;
        for (var i = 0; i < count; i++)
        {
            if (IsValid(mask, start + i))
                end += values[i].Length;
            offsets[i] = (int)end;
        }

        if (end > System.Array.MaxLength)
            throw new AmpException(ErrorCode.ResourcesExhausted, $"{end} bytes of text in one chunk of rows are more than a batch can hold; select fewer or shorter values.");
        fixed (byte* target = _bytes.Extend((int)(end - _bytes.Length)))
        {
            var at = target;
            for (var i = 0; i < count; i++)
            {
                if (!IsValid(mask, start + i))
                    continue;
                var length = values[i].Length;
                Unsafe.CopyBlockUnaligned(at, DuckString.Bytes(values + i), length);
                at += length;
            }
        }
    }

    protected override void AppendNullValues(int count) => Offsets(count).Fill(_bytes.Length);

    protected override ArrayData Build(int rows, int nulls, ArrowBuffer validity, PooledMemory memory)
    {
        if (rows == 0)
            Offsets(0);
        return new ArrayData(Type, rows, nulls, 0, [validity, memory.Own(_offsets), memory.Own(_bytes)], []);
    }

    private Span<int> Offsets(int count)
    {
        if (_offsets.Length == 0)
            _offsets.Extend<int>(1)[0] = 0;
        return _offsets.Extend<int>(count);
    }
}
