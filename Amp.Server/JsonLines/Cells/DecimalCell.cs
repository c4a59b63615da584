using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Decimals of up to 38 digits as numbers with all their digits.</summary>
internal sealed unsafe class DecimalCell(Decimal128Type type) : Cell
{
    // Sign, point, leading zero, 39 digits, and zeros between point and digits.
    private const int MaxBytes = 96;

    private readonly int _scale = type.Scale;
    private Int128* _values;

    public override int MaxFixedBytes => MaxBytes;

    public override byte* Write(byte* target, int row)
    {
        var value = _values[row];
        if (value < 0)
        {
            *target++ = (byte)'-';
            value = -value;
        }

        Span<byte> digits = stackalloc byte[40];
        int length;
        if (value <= ulong.MaxValue)
            ((ulong)value).TryFormat(digits, out length, default, CultureInfo.InvariantCulture);
        else
            ((UInt128)value).TryFormat(digits, out length, default, CultureInfo.InvariantCulture);
        return WriteScaled(digits[..length], target);
    }

    protected override void Attach(ArrayData data) => _values = (Int128*)Pin(data.Buffers[1]) + data.Offset;

    private byte* WriteScaled(ReadOnlySpan<byte> digits, byte* target)
    {
        if (_scale <= 0)
            return Copy(digits, target);
        var whole = digits.Length - _scale;
        target = whole > 0 ? Copy(digits[..whole], target) : Copy("0"u8, target);
        *target++ = (byte)'.';
        for (var i = whole; i < 0; i++)
            *target++ = (byte)'0';
        return Copy(digits[Math.Max(whole, 0)..], target);
    }
}
