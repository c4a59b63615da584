using System.Runtime.InteropServices;

namespace Amp.Worker.Materialize.Parquet;

internal readonly struct Int64Kind : IValueKind<long>
{
    public static bool Same(in long one, in long other) => one == other;

    public static bool Less(in long one, in long other) => one < other;

    public static uint Hash(in long value) => HashSeed.Fold(HashSeed.Mix((ulong)value, 0));

    public static void Write(ReadOnlySpan<long> values, Span<byte> target) => MemoryMarshal.AsBytes(values).CopyTo(target);
}
