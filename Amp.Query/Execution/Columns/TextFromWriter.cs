using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Execution.Columns;

/// <summary>Rare types that clients get as text: UUIDs, words of enums, integers beyond 38 digits.</summary>
internal sealed class TextFromWriter<TSource>(Func<TSource, string> text) : ColumnWriter(StringType.Default) where TSource : unmanaged
{
    private readonly PooledBuffer _offsets = new();
    private readonly PooledBuffer _bytes = new();

    public override long ByteCount => _offsets.Length + (long)_bytes.Length;

    public override void Release()
    {
        base.Release();
        _offsets.Release();
        _bytes.Release();
    }

    protected override unsafe void AppendValues(nint vector, void* data, ulong* mask, int start, int count)
    {
        var offsets = Offsets(count);
        for (var i = 0; i < count; i++)
        {
            if (IsValid(mask, start + i))
            {
                var value = text(((TSource*)data)[start + i]);
                Encoding.UTF8.GetBytes(value, _bytes.Extend(Encoding.UTF8.GetByteCount(value)));
            }

            offsets[i] = _bytes.Length;
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
