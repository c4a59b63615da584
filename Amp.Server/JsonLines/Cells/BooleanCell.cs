using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>true and false.</summary>
internal sealed unsafe class BooleanCell : Cell
{
    private byte* _bits;
    private int _offset;

    public override int MaxFixedBytes => 5;

    public override byte* Write(byte* target, int row)
    {
        var index = _offset + row;
        return Copy((_bits[index >> 3] >> (index & 7) & 1) != 0 ? "true"u8 : "false"u8, target);
    }

    protected override void Attach(ArrayData data)
    {
        _bits = Pin(data.Buffers[1]);
        _offset = data.Offset;
    }
}
