using System.Buffers.Text;

namespace Amp.Chains.Evm.Json;

/// <summary>256-bit numbers as decimal text.</summary>
internal static class DecimalText
{
    /// <summary>Digits of 2^256 − 1.</summary>
    public const int MaxLength = 78;

    private const ulong Chunk = 10_000_000_000_000_000_000;
    private const int ChunkDigits = 19;

    /// <summary>Writes the number in its shortest form; its words come with the most significant first, and are used up.</summary>
    /// <returns>How many digits were written.</returns>
    public static int Write(Span<ulong> words, Span<byte> text)
    {
        while (words.Length > 1 && words[0] == 0)
            words = words[1..];
        if (words.Length == 1)
        {
            Utf8Formatter.TryFormat(words[0], text, out var written);
            return written;
        }

        // The remainders by 10^19 are the digits from the right, 19 at a time.
        Span<ulong> chunks = stackalloc ulong[5];
        var count = 0;
        while (words.Length > 0)
        {
            chunks[count++] = DivideByChunk(words);
            while (words.Length > 0 && words[0] == 0)
                words = words[1..];
        }

        Utf8Formatter.TryFormat(chunks[--count], text, out var length);
        while (count-- > 0)
        {
            Utf8Formatter.TryFormat(chunks[count], text[length..], out _, new System.Buffers.StandardFormat('D', ChunkDigits));
            length += ChunkDigits;
        }

        return length;
    }

    private static ulong DivideByChunk(Span<ulong> words)
    {
        ulong remainder = 0;
        foreach (ref var word in words)
        {
            var dividend = new UInt128(remainder, word);
            var quotient = dividend / Chunk;
            word = (ulong)quotient;
            remainder = (ulong)(dividend - (quotient * Chunk));
        }

        return remainder;
    }
}
