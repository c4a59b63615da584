using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Integers as numbers with all their digits.</summary>
internal sealed unsafe class IntegerCell<T> : Cell where T : unmanaged, IBinaryInteger<T>, IUtf8SpanFormattable
{
    private const int MaxDigits = 20;

    private readonly byte[] _last = new byte[MaxDigits];
    private T* _values;
    private T _lastValue;
    private int _lastLength;

    public override int MaxFixedBytes => MaxDigits;

    // Block numbers and the like repeat from row to row: the digits are kept.
    public override byte* Write(byte* target, int row)
    {
        var value = _values[row];
        if (_lastLength == 0 || value != _lastValue)
        {
            value.TryFormat(_last, out _lastLength, default, CultureInfo.InvariantCulture);
            _lastValue = value;
        }

        Unsafe.CopyBlockUnaligned(ref *target, ref _last[0], (uint)_lastLength);
        return target + _lastLength;
    }

    protected override void Attach(ArrayData data) => _values = (T*)Pin(data.Buffers[1]) + data.Offset;
}
