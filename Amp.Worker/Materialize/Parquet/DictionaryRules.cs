namespace Amp.Worker.Materialize.Parquet;

/// <summary>When a column chunk has a dictionary.</summary>
internal static class DictionaryRules
{
    // Of the dense blocks of the benchmark `encode`: with 64 KB files are 15 % larger, with 1 MB they are no smaller and take more time.
    private const int MaxBytes = 256 << 10;

    // So many different values tell how often one repeats.
    private const int Sample = 2048;

    /// <summary>Whether there is no room for a further value, or no use in it.</summary>
    public static bool IsFull(int count, long bytes, long seen) => bytes > MaxBytes || (count % Sample == 0 && count > 0 && IsOfNoUse(count, seen));

    /// <summary>Whether nearly all values are there once. A place in a dictionary is found sooner than as many bytes are compressed, so few repetitions suffice.</summary>
    public static bool IsOfNoUse(int count, long seen) => 10L * count > 9 * seen;

    /// <summary>Bits of a place in a dictionary; one at least, as readers expect.</summary>
    public static int WidthOf(int count) => Math.Max(1, RunEncoder.WidthOf(count - 1));
}
