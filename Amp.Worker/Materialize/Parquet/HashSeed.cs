using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>
/// Hashes of the values of dictionaries. Whoever writes to a chain chooses values: the seed is of this process, so that nobody can choose
/// ones that collide.
/// </summary>
internal static class HashSeed
{
    private static readonly ulong _first = Random() | 1;
    private static readonly ulong _second = Random() | 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong one, ulong other)
    {
        var high = Math.BigMul(one ^ _first, other ^ _second, out var low);
        return high ^ low;
    }

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length;
        for (; bytes.Length >= 16; bytes = bytes[16..])
            hash = Mix(hash ^ BitConverter.ToUInt64(bytes), BitConverter.ToUInt64(bytes[8..]));
        if (bytes.Length >= 8)
        {
            hash = Mix(hash, BitConverter.ToUInt64(bytes));
            bytes = bytes[8..];
        }

        var rest = 0UL;
        foreach (var b in bytes)
            rest = (rest << 8) | b;
        return Fold(Mix(hash, rest));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Fold(ulong hash) => (uint)(hash ^ (hash >> 32));

    private static ulong Random() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
