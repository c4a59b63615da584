using System.Buffers.Binary;

namespace Amp.DevChain.Generation;

/// <summary>SplitMix64: the numbers depend on the key alone, on any machine and in any order of asking.</summary>
internal sealed class SeededRandom(ulong key)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private const ulong First = 0xBF58476D1CE4E5B9;
    private const ulong Second = 0x94D049BB133111EB;
    private const ulong FirstInverse = 0x96DE1B173F119089;
    private const ulong SecondInverse = 0x319642B2D24D8EC3;

    private ulong _state = key;

    /// <summary>A permutation of the 64-bit numbers that spreads neighbours far apart.</summary>
    public static ulong Permute(ulong value)
    {
        value = (value ^ (value >> 30)) * First;
        value = (value ^ (value >> 27)) * Second;
        return value ^ (value >> 31);
    }

    /// <summary>Undoes <see cref="Permute"/>.</summary>
    public static ulong Restore(ulong value)
    {
        value = (value ^ (value >> 31) ^ (value >> 62)) * SecondInverse;
        value = (value ^ (value >> 27) ^ (value >> 54)) * FirstInverse;
        return value ^ (value >> 30) ^ (value >> 60);
    }

    public static ulong Key(ulong a, ulong b) => Permute(Permute(a + Gamma) ^ (b * Gamma));

    public static ulong Key(ulong a, ulong b, ulong c) => Key(Key(a, b), c);

    public ulong Next() => Permute(_state += Gamma);

    /// <summary>A number from 0 to <paramref name="bound"/> − 1.</summary>
    public int Below(int bound) => (int)((UInt128)Next() * (ulong)bound >> 64);

    public bool Chance(int percent) => Below(100) < percent;

    /// <summary>A number between two bounds, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    public byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        Span<byte> word = stackalloc byte[8];
        for (var i = 0; i < length; i += 8)
        {
            BinaryPrimitives.WriteUInt64BigEndian(word, Next());
            word[..Math.Min(8, length - i)].CopyTo(bytes.AsSpan(i));
        }

        return bytes;
    }
}
