using System.Buffers;
using System.Buffers.Text;

namespace Amp.DevChain.Encoding;

/// <summary>One growing, pooled buffer for an answer. Growth doubles; the array goes back to the pool on dispose.</summary>
internal sealed class ResponseBuffer(int capacity = 64 * 1024) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    public void Truncate(int length) => Length = length;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Hex digits of bytes, lower case, without 0x.</summary>
    public void WriteHex(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length * 2);
        Convert.TryToHexStringLower(bytes, _bytes.AsSpan(Length), out var written);
        Length += written;
    }

    /// <summary>Hex digits of a number without leading zeros; 0 for zero.</summary>
    public void WriteHexNumber(ulong value)
    {
        Reserve(16);
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(Length), out var written, 'x');
        Length += written;
    }

    public void WriteHexNumber(UInt128 value)
    {
        if (value <= ulong.MaxValue)
        {
            WriteHexNumber((ulong)value);
            return;
        }

        Reserve(32);
        value.TryFormat(_bytes.AsSpan(Length), out var written, "x", provider: null);
        Length += written;
    }

    public void Dispose()
    {
        if (_bytes.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length >= count)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
