using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Chains.Rows;

/// <summary>Byte strings or text of any length, never null.</summary>
internal sealed class BytesColumn(IArrowType type) : Column(type)
{
    private readonly OffsetBuffer _offsets = new();
    private readonly NativeBuffer _data = new();

    public override int Count => _offsets.Count;

    public override long ByteCount => _offsets.ByteCount + _data.Length;

    /// <summary>One more value of <paramref name="length"/> bytes, to be filled by the caller.</summary>
    public Span<byte> Append(int length)
    {
        var span = _data.Append(length);
        _offsets.Append(_data.Length);
        return span;
    }

    public override void Truncate(int count)
    {
        _offsets.Truncate(count);
        _data.Truncate(_offsets.End);
    }

    public override void Clear()
    {
        _offsets.Clear(KeptBytes);
        _data.Clear(KeptBytes);
    }

    public override ArrayData Build() =>
        new(Type, Count, 0, 0, [ArrowBuffer.Empty, _offsets.ToArrow(), new ArrowBuffer(_data.Written)]);

    public override void Dispose()
    {
        _offsets.Dispose();
        ((IDisposable)_data).Dispose();
    }
}
