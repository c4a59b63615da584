using System.Buffers.Binary;

namespace Amp.Query.Functions.Abi;

/// <summary>Integers of 256 bits as decimal text and back, without an object a value.</summary>
internal static class DecimalText
{
    /// <summary>Digits of 2^256 and a sign.</summary>
    public const int MaxLength = 79;

    private const ulong Base = 1_000_000_000_000_000_000;
    private const int DigitsOfBase = 18;

    /// <summary>Writes the big-endian word at the end of the room.</summary>
    /// <returns>The text within the room.</returns>
    public static ReadOnlySpan<byte> Write(ReadOnlySpan<byte> word, bool signed, Span<byte> room)
    {
        Span<ulong> limbs = stackalloc ulong[4];
        for (var i = 0; i < 4; i++)
            limbs[i] = BinaryPrimitives.ReadUInt64BigEndian(word[(i * 8)..]);
        var negative = signed && word[0] >= 0x80;
        if (negative)
            Negate(limbs);
        var (at, last) = (room.Length, false);
        while (!last)
        {
            while (limbs.Length > 1 && limbs[0] == 0)
                limbs = limbs[1..];
            var digits = Divide(limbs);
            last = !limbs.ContainsAnyExcept(0UL);
            at = WriteDigits(digits, room, at, last ? 1 : DigitsOfBase);
        }

        if (negative)
            room[--at] = (byte)'-';
        return room[at..];
    }

    /// <summary>Reads decimal digits, with a sign before them or without; of a fraction, nothing but zeros.</summary>
    /// <returns>False where it is no integer, or a word does not hold it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, bool signed, Span<byte> word)
    {
        var negative = text.StartsWith("-"u8);
        if (negative || text.StartsWith("+"u8))
            text = text[1..];
        if (text.IndexOf((byte)'.') is var point and >= 0)
        {
            if (text[(point + 1)..].ContainsAnyExcept((byte)'0'))
                return false;
            text = text[..point];
        }

        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        Span<ulong> limbs = stackalloc ulong[4];
        limbs.Clear();
        for (; !text.IsEmpty; text = text[Math.Min(text.Length, DigitsOfBase)..])
        {
            var (digits, scale) = (0UL, 1UL);
            foreach (var digit in text[..Math.Min(text.Length, DigitsOfBase)])
                (digits, scale) = ((digits * 10) + digit - '0', scale * 10);
            if (!TryMultiplyAdd(limbs, scale, digits))
                return false;
        }

        if (negative)
            Negate(limbs);
        for (var i = 0; i < 4; i++)
            BinaryPrimitives.WriteUInt64BigEndian(word[(i * 8)..], limbs[i]);
        return !limbs.ContainsAnyExcept(0UL) || (negative ? signed && word[0] >= 0x80 : !signed || word[0] < 0x80);
    }

    private static bool TryMultiplyAdd(Span<ulong> limbs, ulong factor, ulong carry)
    {
        for (var i = limbs.Length - 1; i >= 0; i--)
        {
            var high = Math.BigMul(limbs[i], factor, out var low);
            limbs[i] = low + carry;
            carry = high + (limbs[i] < low ? 1UL : 0UL);
        }

        return carry == 0;
    }

    private static int WriteDigits(ulong digits, Span<byte> room, int at, int least)
    {
        for (var written = 0; digits > 0 || written < least; written++)
        {
            (digits, var digit) = Math.DivRem(digits, 10);
            room[--at] = (byte)('0' + digit);
        }

        return at;
    }

    private static ulong Divide(Span<ulong> limbs)
    {
        var rest = 0UL;
        for (var i = 0; i < limbs.Length; i++)
        {
            var wide = new UInt128(rest, limbs[i]);
            (var quotient, var remainder) = UInt128.DivRem(wide, Base);
            (limbs[i], rest) = ((ulong)quotient, (ulong)remainder);
        }

        return rest;
    }

    private static void Negate(Span<ulong> limbs)
    {
        var carry = true;
        for (var i = limbs.Length - 1; i >= 0; i--)
        {
            limbs[i] = ~limbs[i] + (carry ? 1UL : 0UL);
            carry &= limbs[i] == 0;
        }
    }
}
