using System.Buffers.Binary;
using System.Numerics;
using Amp.Chains.Rows;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Bits of the page that is being filled, least significant first: which rows have a value, or booleans.</summary>
internal sealed class PageBits : IDisposable
{
    private readonly NativeBuffer _bytes = new();

    public int Count { get; private set; }

    public int Ones { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <param name="bitmap">Bits as Arrow has them; empty when all are set.</param>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many.</param>
    public void Append(ReadOnlySpan<byte> bitmap, int start, int count)
    {
        for (var done = 0; done < count;)
        {
            var taken = Math.Min(8, count - done);
            AppendByte(bitmap.IsEmpty ? 0xff : Bits(bitmap, start + done), taken);
            done += taken;
        }
    }

    /// <summary>The next run of set bits of a bitmap.</summary>
    /// <param name="bitmap">Empty when all bits are set.</param>
    /// <param name="from">Where to look.</param>
    /// <param name="end">Where to stop.</param>
    /// <returns>A run of no length at <paramref name="end"/> when there is none.</returns>
    public static (int Start, int Length) NextRun(ReadOnlySpan<byte> bitmap, int from, int end)
    {
        if (bitmap.IsEmpty)
            return (from, end - from);
        var start = Find(bitmap, from, end, set: true);
        return (start, Find(bitmap, start, end, set: false) - start);
    }

    public static bool IsSet(ReadOnlySpan<byte> bitmap, int index) => bitmap.IsEmpty || (bitmap[index >> 3] & (1 << (index & 7))) != 0;

    public void Clear()
    {
        _bytes.Truncate(0);
        (Count, Ones) = (0, 0);
    }

    public void Dispose() => ((IDisposable)_bytes).Dispose();

    private static int Find(ReadOnlySpan<byte> bitmap, int from, int end, bool set)
    {
        var flip = set ? 0UL : ulong.MaxValue;
        while (from < end)
        {
            var at = from >> 3;
            var shift = from & 7;
            var word = bitmap.Length - at >= sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(bitmap[at..]) : Tail(bitmap[at..]);
            var found = BitOperations.TrailingZeroCount((word ^ flip) >> shift);

            // Bits that were shifted in say nothing.
            if (found < 64 - shift)
                return Math.Min(end, from + found);
            from += 64 - shift;
        }

        return end;
    }

    private static ulong Tail(ReadOnlySpan<byte> bytes)
    {
        var word = 0UL;
        for (var i = 0; i < bytes.Length; i++)
            word |= (ulong)bytes[i] << (8 * i);
        return word;
    }

    private static int Bits(ReadOnlySpan<byte> bitmap, int start)
    {
        var (at, shift) = (start >> 3, start & 7);
        var bits = bitmap[at] >> shift;
        return shift != 0 && at + 1 < bitmap.Length ? (bits | (bitmap[at + 1] << (8 - shift))) & 0xff : bits;
    }

    private void AppendByte(int bits, int count)
    {
        bits &= (1 << count) - 1;
        Ones += BitOperations.PopCount((uint)bits);
        var used = Count & 7;
        if (used == 0)
        {
            _bytes.Append(1)[0] = (byte)bits;
        }
        else
        {
            _bytes.WrittenSpan[^1] |= (byte)(bits << used);
            if (used + count > 8)
                _bytes.Append(1)[0] = (byte)(bits >> (8 - used));
        }

        Count += count;
    }
}
