using System.Runtime.InteropServices;

namespace Amp.Worker.Materialize.Parquet;

internal readonly struct UInt32Kind : IValueKind<uint>
{
    public static bool Same(in uint one, in uint other) => one == other;

    public static bool Less(in uint one, in uint other) => one < other;

    public static uint Hash(in uint value) => HashSeed.Fold(HashSeed.Mix(value, 0));

    public static void Write(ReadOnlySpan<uint> values, Span<byte> target) => MemoryMarshal.AsBytes(values).CopyTo(target);
}
