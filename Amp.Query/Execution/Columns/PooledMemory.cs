using System.Buffers;
using Apache.Arrow;

namespace Amp.Query.Execution.Columns;

/// <summary>The pooled arrays behind one batch; they go back when the batch is disposed.</summary>
internal sealed class PooledMemory
{
    private readonly List<byte[]> _arrays = [];

    public ArrowBuffer Own(PooledBuffer buffer)
    {
        var (bytes, length) = buffer.Take();
        if (bytes.Length == 0)
            return ArrowBuffer.Empty;
        _arrays.Add(bytes);
        return new ArrowBuffer(bytes.AsMemory(0, length));
    }

    public void Return()
    {
        foreach (var array in _arrays)
            ArrayPool<byte>.Shared.Return(array);
        _arrays.Clear();
    }
}
