using System.Buffers.Binary;
using System.Numerics;

namespace Amp.DevChain.Ethereum;

/// <summary>
/// RLP written from its end to its start, last item first: when the prefix of a list is due its payload stands already,
/// so that no length is computed twice.
/// </summary>
internal sealed class RlpWriter
{
    private byte[] _buffer = new byte[4096];
    private int _start = 4096;

    /// <summary>How much is written; a list is closed by the length there was before its last item.</summary>
    public int Length => _buffer.Length - _start;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(_start);

    public void Clear() => _start = _buffer.Length;

    public byte[] ToArrayAndClear()
    {
        var bytes = Written.ToArray();
        Clear();
        return bytes;
    }

    /// <summary>Bytes as they are: the type byte of an envelope, or an item encoded elsewhere.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        _start -= bytes.Length;
        bytes.CopyTo(_buffer.AsSpan(_start));
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Raw(bytes);
        if (bytes.Length != 1 || bytes[0] >= 0x80)
            Prefix(0x80, bytes.Length);
    }

    /// <summary>A number without leading zeros; zero is the empty string.</summary>
    public void Number(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        Bytes(bytes[((int)UInt128.LeadingZeroCount(value) / 8)..]);
    }

    /// <summary>A number given as big-endian bytes, perhaps with leading zeros.</summary>
    public void NumberBytes(ReadOnlySpan<byte> bigEndian) => Bytes(bigEndian.TrimStart((byte)0));

    /// <summary>Makes a list of everything written since <paramref name="lengthBefore"/>.</summary>
    public void CloseList(int lengthBefore) => Prefix(0xc0, Length - lengthBefore);

    private void Prefix(int offset, int length)
    {
        if (length < 56)
        {
            Raw([(byte)(offset + length)]);
            return;
        }

        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, length);
        var digits = size[(BitOperations.LeadingZeroCount((uint)length) / 8)..];
        Raw(digits);
        Raw([(byte)(offset + 55 + digits.Length)]);
    }

    private void Reserve(int length)
    {
        if (_start >= length)
            return;
        var used = Length;
        var larger = new byte[Math.Max(_buffer.Length * 2, used + length)];
        Written.CopyTo(larger.AsSpan(larger.Length - used));
        _buffer = larger;
        _start = larger.Length - used;
    }
}
