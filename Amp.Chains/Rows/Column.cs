using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Chains.Rows;

/// <summary>A column under construction: values go straight into the buffers that the Arrow array will refer to.</summary>
internal abstract class Column(IArrowType type) : IDisposable
{
    /// <summary>Bytes that a cleared buffer keeps for the next batch.</summary>
    protected const int KeptBytes = 2 << 20;

    public IArrowType Type { get; } = type;

    /// <summary>Values so far, nulls included.</summary>
    public abstract int Count { get; }

    public abstract long ByteCount { get; }

    /// <summary>Drops the values at <paramref name="count"/> and after: those of a block that turned out to be wrong.</summary>
    public abstract void Truncate(int count);

    public abstract void Clear();

    /// <summary>The array over this column's memory: valid until the column is changed or disposed.</summary>
    public abstract ArrayData Build();

    public abstract void Dispose();
}
