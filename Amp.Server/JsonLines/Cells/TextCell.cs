using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Text as a JSON string.</summary>
internal sealed unsafe class TextCell : Cell
{
    private int* _offsets;
    private byte* _bytes;

    public override int MaxFixedBytes => 2;

    public override bool IsVariable => true;

    public override long VariableBytes(int row) => (long)JsonText.MaxBytesPerByte * (_offsets[row + 1] - _offsets[row]);

    public override byte* Write(byte* target, int row) =>
        JsonText.Write(new ReadOnlySpan<byte>(_bytes + _offsets[row], _offsets[row + 1] - _offsets[row]), target);

    protected override void Attach(ArrayData data)
    {
        _offsets = (int*)Pin(data.Buffers[1]) + data.Offset;
        _bytes = Pin(data.Buffers[2]);
    }
}
