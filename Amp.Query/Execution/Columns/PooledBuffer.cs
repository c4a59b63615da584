using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Amp.Query.Execution.Columns;

/// <summary>A growing run of bytes in a pooled array, handed over to a batch when it is full.</summary>
internal sealed class PooledBuffer
{
    private const int MinimumSize = 4096;

    private byte[] _bytes = [];
    private int _lastLength;

    public int Length { get; private set; }

    /// <summary>Room for <paramref name="count"/> more bytes, already counted as written.</summary>
    public Span<byte> Extend(int count)
    {
        var start = Length;
        var end = checked(start + count);
        if (end > _bytes.Length)
            Grow(end);
        Length = end;
        return _bytes.AsSpan(start, count);
    }

    public Span<T> Extend<T>(int count) where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(Extend(checked(count * Unsafe.SizeOf<T>())));

    public Span<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Gives the array away and starts anew.</summary>
    public (byte[] Bytes, int Length) Take()
    {
        var taken = (_bytes, Length);
        _lastLength = Length;
        _bytes = [];
        Length = 0;
        return taken;
    }

    public void Release()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    // The last batch says how much the next one will need: growing by copies happens in the first batch alone.
    private void Grow(int needed)
    {
        var size = Math.Max(Math.Max(needed, MinimumSize), _bytes.Length == 0 ? _lastLength + _lastLength / 8 : _bytes.Length * 2L > int.MaxValue ? int.MaxValue : _bytes.Length * 2);
        var larger = ArrayPool<byte>.Shared.Rent(size);
        Written.CopyTo(larger);
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
