using System.Numerics;

namespace Amp.TestKit.Ethereum;

/// <summary>Recursive Length Prefix encoding, as tests recompute hashes with it. Shares no code with what it checks.</summary>
public static class Rlp
{
    public static byte[] EmptyBytes => [0x80];

    public static byte[] Bytes(ReadOnlySpan<byte> value)
    {
        if (value.Length == 1 && value[0] < 0x80)
            return [value[0]];
        return [.. Prefix(0x80, value.Length), .. value];
    }

    /// <summary>A number in big-endian without leading zeros; zero is the empty string.</summary>
    public static byte[] Number(BigInteger value) =>
        value.IsZero ? EmptyBytes : Bytes(value.ToByteArray(isUnsigned: true, isBigEndian: true));

    /// <summary>A list of items that are encoded already.</summary>
    public static byte[] List(params IEnumerable<byte[]> items)
    {
        var payload = items.SelectMany(item => item).ToArray();
        return [.. Prefix(0xc0, payload.Length), .. payload];
    }

    private static byte[] Prefix(int offset, int length)
    {
        if (length < 56)
            return [(byte)(offset + length)];
        var size = new BigInteger(length).ToByteArray(isUnsigned: true, isBigEndian: true);
        return [(byte)(offset + 55 + size.Length), .. size];
    }
}
