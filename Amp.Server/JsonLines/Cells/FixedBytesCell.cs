using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Bytes of fixed length as lower-case hex without 0x.</summary>
internal sealed unsafe class FixedBytesCell(FixedSizeBinaryType type) : Cell
{
    private readonly int _width = type.ByteWidth;
    private byte* _bytes;

    public override int MaxFixedBytes => 2 + 2 * _width;

    public override byte* Write(byte* target, int row)
    {
        *target = (byte)'"';
        Hex.Write(_bytes + (long)row * _width, _width, target + 1);
        target += 1 + 2 * _width;
        *target = (byte)'"';
        return target + 1;
    }

    protected override void Attach(ArrayData data) => _bytes = Pin(data.Buffers[1]) + (long)data.Offset * _width;
}
