using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>A column that has no value in any row.</summary>
internal sealed unsafe class NullCell : Cell
{
    public override int MaxFixedBytes => 0;

    public override bool HasValue(int row) => false;

    public override byte* Write(byte* target, int row) => target;

    protected override void Attach(ArrayData data)
    {
    }
}
