using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Bytes of any length as lower-case hex without 0x.</summary>
internal sealed unsafe class BytesCell : Cell
{
    private int* _offsets;
    private byte* _bytes;

    public override int MaxFixedBytes => 2;

    public override bool IsVariable => true;

    public override long VariableBytes(int row) => 2L * (_offsets[row + 1] - _offsets[row]);

    public override byte* Write(byte* target, int row)
    {
        var length = _offsets[row + 1] - _offsets[row];
        *target++ = (byte)'"';
        Hex.Write(_bytes + _offsets[row], length, target);
        target += 2L * length;
        *target++ = (byte)'"';
        return target;
    }

    protected override void Attach(ArrayData data)
    {
        _offsets = (int*)Pin(data.Buffers[1]) + data.Offset;
        _bytes = Pin(data.Buffers[2]);
    }
}
