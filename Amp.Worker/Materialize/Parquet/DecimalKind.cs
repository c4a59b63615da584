using System.Buffers.Binary;

namespace Amp.Worker.Materialize.Parquet;

/// <summary>Decimals of 128 bits: least significant byte first in Arrow, most significant first in a file.</summary>
internal readonly struct DecimalKind : IValueKind<Int128>
{
    private const int Width = 16;

    public static bool Same(in Int128 one, in Int128 other) => one == other;

    public static bool Less(in Int128 one, in Int128 other) => one < other;

    public static uint Hash(in Int128 value) => HashSeed.Fold(HashSeed.Mix((ulong)value, (ulong)(value >> 64)));

    public static void Write(ReadOnlySpan<Int128> values, Span<byte> target)
    {
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt128BigEndian(target.Slice(i * Width, Width), values[i]);
    }
}
