using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Instants as RFC 3339 with Z; fractions of a second in groups of three digits, none when they are zero.</summary>
internal sealed unsafe class TimestampCell(TimestampType type) : Cell
{
    private const int MaxBytes = 40;

    private readonly long _perSecond = type.Unit switch
    {
        TimeUnit.Second => 1,
        TimeUnit.Millisecond => 1_000,
        TimeUnit.Microsecond => 1_000_000,
        _ => 1_000_000_000,
    };

    private readonly byte[] _last = new byte[MaxBytes];
    private long* _values;
    private long _lastValue;
    private int _lastLength;

    public override int MaxFixedBytes => MaxBytes;

    // All rows of a block carry the same instant.
    public override byte* Write(byte* target, int row)
    {
        var value = _values[row];
        if (_lastLength == 0 || value != _lastValue)
        {
            fixed (byte* text = _last)
                _lastLength = (int)(Format(value, text) - text);
            _lastValue = value;
        }

        Unsafe.CopyBlockUnaligned(ref *target, ref _last[0], (uint)_lastLength);
        return target + _lastLength;
    }

    protected override void Attach(ArrayData data) => _values = (long*)Pin(data.Buffers[1]) + data.Offset;

    private byte* Format(long value, byte* target)
    {
        var (seconds, fraction) = Math.DivRem(value, _perSecond);
        if (fraction < 0)
            (seconds, fraction) = (seconds - 1, fraction + _perSecond);
        *target++ = (byte)'"';
        target = CivilTime.WriteDate(CivilTime.FloorDiv(seconds, 86_400), target);
        *target++ = (byte)'T';
        target = CivilTime.WriteTime(CivilTime.FloorMod(seconds, 86_400), (int)(fraction * (1_000_000_000 / _perSecond)), target);
        *target++ = (byte)'Z';
        *target++ = (byte)'"';
        return target;
    }
}
