using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Chains.Rows;

/// <summary>Booleans that are never null.</summary>
internal sealed class BoolColumn() : Column(BooleanType.Default)
{
    private readonly BitBuffer _bits = new();

    public override int Count => _bits.Count;

    public override long ByteCount => _bits.Count / 8;

    public void Append(bool value) => _bits.Append(value);

    public override void Truncate(int count) => _bits.Truncate(count);

    public override void Clear() => _bits.Clear(KeptBytes);

    public override ArrayData Build() => new(Type, Count, 0, 0, [ArrowBuffer.Empty, _bits.ToArrow()]);

    public override void Dispose() => _bits.Dispose();
}
