using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Amp.Worker.Materialize.Parquet;

internal readonly struct Bytes20Kind : IValueKind<Bytes20>
{
    public static bool Same(in Bytes20 one, in Bytes20 other) => one.First == other.First && one.Second == other.Second && one.Third == other.Third;

    public static bool Less(in Bytes20 one, in Bytes20 other)
    {
        if (one.First != other.First)
            return BinaryPrimitives.ReverseEndianness(one.First) < BinaryPrimitives.ReverseEndianness(other.First);
        if (one.Second != other.Second)
            return BinaryPrimitives.ReverseEndianness(one.Second) < BinaryPrimitives.ReverseEndianness(other.Second);
        return BinaryPrimitives.ReverseEndianness(one.Third) < BinaryPrimitives.ReverseEndianness(other.Third);
    }

    public static uint Hash(in Bytes20 value) => HashSeed.Fold(HashSeed.Mix(HashSeed.Mix(value.First, value.Second), value.Third));

    public static void Write(ReadOnlySpan<Bytes20> values, Span<byte> target) => MemoryMarshal.AsBytes(values).CopyTo(target);
}
