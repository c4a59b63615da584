using System.Runtime.InteropServices;

namespace Amp.Worker.Materialize.Parquet;

internal readonly struct Int32Kind : IValueKind<int>
{
    public static bool Same(in int one, in int other) => one == other;

    public static bool Less(in int one, in int other) => one < other;

    public static uint Hash(in int value) => HashSeed.Fold(HashSeed.Mix((uint)value, 0));

    public static void Write(ReadOnlySpan<int> values, Span<byte> target) => MemoryMarshal.AsBytes(values).CopyTo(target);
}
