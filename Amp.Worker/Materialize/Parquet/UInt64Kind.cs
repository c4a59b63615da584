using System.Runtime.InteropServices;

namespace Amp.Worker.Materialize.Parquet;

internal readonly struct UInt64Kind : IValueKind<ulong>
{
    public static bool Same(in ulong one, in ulong other) => one == other;

    public static bool Less(in ulong one, in ulong other) => one < other;

    public static uint Hash(in ulong value) => HashSeed.Fold(HashSeed.Mix(value, 0));

    public static void Write(ReadOnlySpan<ulong> values, Span<byte> target) => MemoryMarshal.AsBytes(values).CopyTo(target);
}
