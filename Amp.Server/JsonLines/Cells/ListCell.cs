using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Lists as JSON arrays; a null element is null, for its place counts.</summary>
internal sealed unsafe class ListCell(Cell element) : Cell
{
    private int* _offsets;

    public override int MaxFixedBytes => 2;

    public override bool IsVariable => true;

    public override long VariableBytes(int row)
    {
        var count = _offsets[row + 1] - _offsets[row];
        var bytes = (long)count * (Math.Max(element.MaxFixedBytes, 4) + 1);
        if (element.IsVariable)
        {
            for (var i = _offsets[row]; i < _offsets[row + 1]; i++)
                bytes += element.HasValue(i) ? element.VariableBytes(i) : 0;
        }

        return bytes;
    }

    public override byte* Write(byte* target, int row)
    {
        *target++ = (byte)'[';
        for (var i = _offsets[row]; i < _offsets[row + 1]; i++)
        {
            if (i > _offsets[row])
                *target++ = (byte)',';
            target = element.HasValue(i) ? element.Write(target, i) : Copy("null"u8, target);
        }

        *target++ = (byte)']';
        return target;
    }

    public override void Unbind()
    {
        base.Unbind();
        element.Unbind();
    }

    protected override void Attach(ArrayData data)
    {
        _offsets = (int*)Pin(data.Buffers[1]) + data.Offset;
        element.Bind(data.Children[0]);
    }
}
