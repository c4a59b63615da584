using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Times of day, in microseconds, as HH:mm:ss and fractions.</summary>
internal sealed unsafe class TimeCell : Cell
{
    private const long PerSecond = 1_000_000;

    private long* _values;

    public override int MaxFixedBytes => 24;

    public override byte* Write(byte* target, int row)
    {
        *target++ = (byte)'"';
        target = CivilTime.WriteTime(_values[row] / PerSecond, (int)(_values[row] % PerSecond) * 1_000, target);
        *target++ = (byte)'"';
        return target;
    }

    protected override void Attach(ArrayData data) => _values = (long*)Pin(data.Buffers[1]) + data.Offset;
}
