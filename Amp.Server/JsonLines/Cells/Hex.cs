using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Amp.Server.JsonLines.Cells;

/// <summary>Bytes to lower-case hex, sixteen at a time.</summary>
internal static unsafe class Hex
{
    private static ReadOnlySpan<byte> Digits => "0123456789abcdef"u8;

    /// <summary>Writes 2 × <paramref name="count"/> digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(byte* source, int count, byte* target)
    {
        var at = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            var digits = Vector128.Create(Digits);
            for (; at + Vector128<byte>.Count <= count; at += Vector128<byte>.Count)
                Write16(Vector128.Load(source + at), digits, target + 2 * at);

            // The last piece overlaps the one before it: no loop over single bytes for 20 or 32.
            if (at < count && count >= Vector128<byte>.Count)
            {
                at = count - Vector128<byte>.Count;
                Write16(Vector128.Load(source + at), digits, target + 2 * at);
                return;
            }
        }

        for (; at < count; at++)
        {
            target[2 * at] = Digits[source[at] >> 4];
            target[2 * at + 1] = Digits[source[at] & 0xf];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write16(Vector128<byte> bytes, Vector128<byte> digits, byte* target)
    {
        var (lower, upper) = Vector128.Widen(bytes);
        Vector128.ShuffleNative(digits, Nibbles(lower)).Store(target);
        Vector128.ShuffleNative(digits, Nibbles(upper)).Store(target + Vector128<byte>.Count);
    }

    // 0x00ab becomes the two bytes 0x0a, 0x0b in the order of memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Nibbles(Vector128<ushort> wide) =>
        ((wide >>> 4) | ((wide & Vector128.Create((ushort)0x0f)) << 8)).AsByte();
}
