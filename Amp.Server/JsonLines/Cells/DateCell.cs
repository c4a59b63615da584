using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Days as yyyy-MM-dd.</summary>
internal sealed unsafe class DateCell : Cell
{
    private int* _days;

    public override int MaxFixedBytes => 32;

    public override byte* Write(byte* target, int row)
    {
        *target++ = (byte)'"';
        target = CivilTime.WriteDate(_days[row], target);
        *target++ = (byte)'"';
        return target;
    }

    protected override void Attach(ArrayData data) => _days = (int*)Pin(data.Buffers[1]) + data.Offset;
}
