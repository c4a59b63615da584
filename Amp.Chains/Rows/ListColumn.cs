using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Chains.Rows;

/// <summary>Lists over a column of elements: the elements are appended to that column first, then the list is closed.</summary>
internal sealed class ListColumn(ListType type, Column elements, bool nullable = false) : Column(type)
{
    private readonly OffsetBuffer _offsets = new();
    private readonly BitBuffer? _valid = nullable ? new BitBuffer() : null;

    public override int Count => _offsets.Count;

    public override long ByteCount => _offsets.ByteCount + elements.ByteCount;

    /// <summary>A list of the elements that came since the last list.</summary>
    public void Close()
    {
        _valid?.Append(true);
        _offsets.Append(elements.Count);
    }

    public void AppendNull()
    {
        if (_valid is null)
            throw new InvalidOperationException("This column has no nulls.");
        _valid.Append(false);
        _offsets.Append(_offsets.End);
    }

    public override void Truncate(int count)
    {
        _offsets.Truncate(count);
        _valid?.Truncate(count);
        elements.Truncate(_offsets.End);
    }

    public override void Clear()
    {
        _offsets.Clear(KeptBytes);
        _valid?.Clear(KeptBytes);
        elements.Clear();
    }

    public override ArrayData Build() =>
        new(Type, Count, _valid?.Zeros ?? 0, 0, [_valid?.ToValidity() ?? ArrowBuffer.Empty, _offsets.ToArrow()], [elements.Build()]);

    public override void Dispose()
    {
        _offsets.Dispose();
        _valid?.Dispose();
        elements.Dispose();
    }
}
