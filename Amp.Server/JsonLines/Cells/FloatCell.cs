using System.Globalization;
using System.Numerics;
using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Floats in the shortest form that reads back the same; what is not finite is null, because JSON has no word for it.</summary>
internal sealed unsafe class FloatCell<T> : Cell where T : unmanaged, IBinaryFloatingPointIeee754<T>, IUtf8SpanFormattable
{
    private const int MaxBytes = 32;

    private T* _values;

    public override int MaxFixedBytes => MaxBytes;

    public override byte* Write(byte* target, int row)
    {
        var value = _values[row];
        if (!T.IsFinite(value))
            return Copy("null"u8, target);
        value.TryFormat(new Span<byte>(target, MaxBytes), out var length, default, CultureInfo.InvariantCulture);
        return target + length;
    }

    protected override void Attach(ArrayData data) => _values = (T*)Pin(data.Buffers[1]) + data.Offset;
}
