using System.Buffers.Binary;

namespace Amp.DevChain.Ethereum;

/// <summary>The 2048-bit filter of log addresses and topics.</summary>
internal static class LogsBloom
{
    public const int Size = 256;

    public static void Add(Span<byte> bloom, ReadOnlySpan<byte> value)
    {
        Span<byte> hash = stackalloc byte[32];
        Keccak256.Hash(value, hash);
        for (var i = 0; i < 3; i++)
        {
            var bit = BinaryPrimitives.ReadUInt16BigEndian(hash[(2 * i)..]) & 0x7ff;
            bloom[Size - 1 - (bit >> 3)] |= (byte)(1 << (bit & 7));
        }
    }

    public static void Merge(Span<byte> bloom, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < Size; i++)
            bloom[i] |= other[i];
    }
}
