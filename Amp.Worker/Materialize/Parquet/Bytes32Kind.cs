using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Amp.Worker.Materialize.Parquet;

internal readonly struct Bytes32Kind : IValueKind<Bytes32>
{
    public static bool Same(in Bytes32 one, in Bytes32 other) =>
        Vector256.LoadUnsafe(in one.First) == Vector256.LoadUnsafe(in other.First);

    public static bool Less(in Bytes32 one, in Bytes32 other)
    {
        if (one.First != other.First)
            return BinaryPrimitives.ReverseEndianness(one.First) < BinaryPrimitives.ReverseEndianness(other.First);
        if (one.Second != other.Second)
            return BinaryPrimitives.ReverseEndianness(one.Second) < BinaryPrimitives.ReverseEndianness(other.Second);
        if (one.Third != other.Third)
            return BinaryPrimitives.ReverseEndianness(one.Third) < BinaryPrimitives.ReverseEndianness(other.Third);
        return BinaryPrimitives.ReverseEndianness(one.Fourth) < BinaryPrimitives.ReverseEndianness(other.Fourth);
    }

    public static uint Hash(in Bytes32 value) =>
        HashSeed.Fold(HashSeed.Mix(HashSeed.Mix(value.First, value.Second) ^ value.Third, value.Fourth));

    public static void Write(ReadOnlySpan<Bytes32> values, Span<byte> target) => MemoryMarshal.AsBytes(values).CopyTo(target);
}
