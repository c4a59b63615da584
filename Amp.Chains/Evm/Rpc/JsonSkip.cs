using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Amp.Chains.Evm.Rpc;

/// <summary>Finds where JSON values end without reading them, so that the results of a batch are known before they are decoded.</summary>
/// <remarks>What lies within is not validated: the decoder reads every byte of it later. Every method returns −1 when the text ends too early.</remarks>
internal static class JsonSkip
{
    private const int Step = 64;

    private static readonly SearchValues<byte> _scalarEnds = SearchValues.Create(",]} \n\r\t"u8);
    private static readonly SearchValues<byte> _structure = SearchValues.Create("\"{}[]"u8);

    /// <summary>The first place at or after <paramref name="at"/> that is not white space.</summary>
    public static int Space(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            at++;
        return at < json.Length ? at : -1;
    }

    /// <summary>The place after the value that starts at <paramref name="at"/>.</summary>
    public static int Value(ReadOnlySpan<byte> json, int at) => json[at] switch
    {
        (byte)'"' => Text(json, at),
        (byte)'{' or (byte)'[' => Container(json, at + 1),
        _ => Scalar(json, at),
    };

    private static int Text(ReadOnlySpan<byte> json, int at)
    {
        at++;
        while (true)
        {
            var next = json[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                return -1;
            at += next;
            if (json[at] == '"')
                return at + 1;
            at += 2;
            if (at >= json.Length)
                return -1;
        }
    }

    private static int Scalar(ReadOnlySpan<byte> json, int at)
    {
        var length = json[at..].IndexOfAny(_scalarEnds);
        return length < 0 ? -1 : at + length;
    }

    private static int Container(ReadOnlySpan<byte> json, int at)
    {
        var depth = 1;
        var carry = 0UL;
        while (at + Step <= json.Length)
        {
            Masks(json[at..], out var quotes, out var opens, out var closes, out var escapes);
            if (escapes != 0)
                return carry == 0 ? Slow(json, at, depth) : SlowFromText(json, at, depth);
            var texts = PrefixXor(quotes) ^ carry;
            opens &= ~texts;
            closes &= ~texts;
            var closed = BitOperations.PopCount(closes);
            if (closed >= depth && LastClose(opens, closes, depth) is var end && end >= 0)
                return at + end + 1;
            depth += BitOperations.PopCount(opens) - closed;
            carry = (ulong)((long)texts >> 63);
            at += Step;
        }

        return carry == 0 ? Slow(json, at, depth) : SlowFromText(json, at, depth);
    }

    private static void Masks(ReadOnlySpan<byte> json, out ulong quotes, out ulong opens, out ulong closes, out ulong escapes)
    {
        ref var start = ref MemoryMarshal.GetReference(json);
        var text = Vector512.LoadUnsafe(ref start);
        quotes = Mask(text, (byte)'"');
        escapes = Mask(text, (byte)'\\');
        // With this bit set, [ is {, ] is } and no other character becomes either.
        text |= Vector512.Create((byte)0x20);
        opens = Mask(text, (byte)'{');
        closes = Mask(text, (byte)'}');
    }

    private static ulong Mask(Vector512<byte> text, byte character) => Vector512.Equals(text, Vector512.Create(character)).ExtractMostSignificantBits();

    /// <summary>Bit i is the parity of the bits up to i: set from an opening quote to before the closing one.</summary>
    private static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    private static int LastClose(ulong opens, ulong closes, int depth)
    {
        for (var both = opens | closes; both != 0; both &= both - 1)
        {
            var place = BitOperations.TrailingZeroCount(both);
            depth += (opens & (1UL << place)) != 0 ? 1 : -1;
            if (depth == 0)
                return place;
        }

        return -1;
    }

    private static int SlowFromText(ReadOnlySpan<byte> json, int at, int depth)
    {
        var end = Text(json, at - 1);
        return end < 0 ? -1 : Slow(json, end, depth);
    }

    private static int Slow(ReadOnlySpan<byte> json, int at, int depth)
    {
        while (true)
        {
            var next = json[at..].IndexOfAny(_structure);
            if (next < 0)
                return -1;
            at += next;
            switch (json[at])
            {
                case (byte)'"':
                    at = Text(json, at);
                    if (at < 0)
                        return -1;
                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    at++;
                    break;
                default:
                    at++;
                    if (--depth == 0)
                        return at;
                    break;
            }
        }
    }
}
