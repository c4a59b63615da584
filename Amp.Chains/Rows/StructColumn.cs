using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Chains.Rows;

/// <summary>Structs that are never null: a value is one value in each of the fields' columns.</summary>
internal sealed class StructColumn(StructType type, params Column[] fields) : Column(type)
{
    /// <summary>The fewest values of any field: a struct that broke off half-way does not count.</summary>
    public override int Count => fields.Min(f => f.Count);

    public override long ByteCount => fields.Sum(f => f.ByteCount);

    public override void Truncate(int count)
    {
        foreach (var field in fields)
            field.Truncate(count);
    }

    public override void Clear()
    {
        foreach (var field in fields)
            field.Clear();
    }

    public override ArrayData Build() =>
        new(Type, Count, 0, 0, [ArrowBuffer.Empty], [.. fields.Select(f => f.Build())]);

    public override void Dispose()
    {
        foreach (var field in fields)
            field.Dispose();
    }
}
