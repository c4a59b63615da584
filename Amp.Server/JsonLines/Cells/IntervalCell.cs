using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Scalars;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Intervals as ISO 8601 durations: P1M2DT3.5S.</summary>
internal sealed unsafe class IntervalCell : Cell
{
    private const decimal PerSecond = 1_000_000_000m;

    private MonthDayNanosecondInterval* _values;

    public override int MaxFixedBytes => 80;

    public override byte* Write(byte* target, int row)
    {
        var value = _values[row];
        var text = string.Create(CultureInfo.InvariantCulture, $"\"P{value.Months}M{value.Days}DT{(value.Nanoseconds / PerSecond):0.#########}S\"");
        return target + Encoding.UTF8.GetBytes(text, new Span<byte>(target, MaxFixedBytes));
    }

    protected override void Attach(ArrayData data) => _values = (MonthDayNanosecondInterval*)Pin(data.Buffers[1]) + data.Offset;
}
