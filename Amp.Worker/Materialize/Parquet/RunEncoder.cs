using System.Buffers.Binary;
using System.Numerics;
using Amp.Chains.Rows;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>The hybrid of the format: a run of one value told once, everything else in packed bits, eight values at a time.</summary>
internal static class RunEncoder
{
    // A shorter run costs no fewer bytes than its bits.
    private const int LeastRun = 8;

    /// <summary>Bits that hold every number up to this one.</summary>
    public static int WidthOf(int max) => 32 - BitOperations.LeadingZeroCount((uint)max);

    public static void Write(NativeBuffer target, ReadOnlySpan<int> values, int width)
    {
        var literals = 0;
        var i = 0;
        while (i < values.Length)
        {
            var end = EndOfRun(values, i);
            if (end - i >= LeastRun)
            {
                // Packed values come in eights, so those before the run take from it what they lack.
                i += -(i - literals) & 7;
                if (end - i >= LeastRun)
                {
                    WritePacked(target, values[literals..i], width);
                    WriteRun(target, values[i], end - i, width);
                    literals = end;
                }
            }

            i = end;
        }

        WritePacked(target, values[literals..], width);
    }

    /// <summary>A run of one value.</summary>
    public static void WriteRun(NativeBuffer target, int value, int count, int width)
    {
        WriteVarint(target, (uint)count << 1);
        var bytes = target.Append((width + 7) / 8);
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(value >> (8 * i));
    }

    /// <summary>Bits that are packed already, least significant first.</summary>
    public static void WriteBits(NativeBuffer target, ReadOnlySpan<byte> bits)
    {
        WriteVarint(target, ((uint)bits.Length << 1) | 1);
        target.Append(bits);
    }

    private static int EndOfRun(ReadOnlySpan<int> values, int start)
    {
        var value = values[start];

        // Mostly the next value is another one: not worth a search.
        if (start + 1 == values.Length || values[start + 1] != value)
            return start + 1;
        var length = values[(start + 1)..].IndexOfAnyExcept(value);
        return length < 0 ? values.Length : start + 1 + length;
    }

    private static void WritePacked(NativeBuffer target, ReadOnlySpan<int> values, int width)
    {
        if (values.IsEmpty)
            return;
        var groups = (values.Length + 7) / 8;
        WriteVarint(target, ((uint)groups << 1) | 1);
        var bytes = target.Append(groups * width);
        var (pending, bits, at) = (0UL, 0, 0);
        foreach (var value in values)
        {
            pending |= (ulong)(uint)value << bits;
            bits += width;
            if (bits < 32)
                continue;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], (uint)pending);
            (pending, bits, at) = (pending >> 32, bits - 32, at + 4);
        }

        // What is left of the last value, and zeros for those that the last group lacks.
        for (; at < bytes.Length; at++)
        {
            bytes[at] = (byte)pending;
            pending >>= 8;
        }
    }

    private static void WriteVarint(NativeBuffer target, uint value)
    {
        for (; value >= 0x80; value >>= 7)
            target.Append(1)[0] = (byte)(value | 0x80);
        target.Append(1)[0] = (byte)value;
    }
}
