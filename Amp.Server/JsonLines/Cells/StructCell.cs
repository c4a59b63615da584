using Apache.Arrow;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Structs as JSON objects, null fields left out.</summary>
internal sealed unsafe class StructCell(IReadOnlyList<(string Name, Cell Cell)> fields) : Cell
{
    private readonly RowShape _shape = new(fields);
    private int _offset;

    public override int MaxFixedBytes => _shape.MaxFixedBytes;

    public override bool IsVariable => _shape.IsVariable;

    public override long VariableBytes(int row) => _shape.VariableBytes(row + _offset);

    public override byte* Write(byte* target, int row) => _shape.Write(target, row + _offset);

    public override void Unbind()
    {
        base.Unbind();
        foreach (var (_, cell) in fields)
            cell.Unbind();
    }

    protected override void Attach(ArrayData data)
    {
        _offset = data.Offset;
        for (var i = 0; i < fields.Count; i++)
            fields[i].Cell.Bind(data.Children[i]);
    }
}
