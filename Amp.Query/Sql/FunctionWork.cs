using System.Collections.Frozen;

namespace Amp.Query.Sql;

/// <summary>About how many pairs of bytes a function may compare that looks for one text in another; the engine hears no interrupt before it has done so for 2,048 rows.</summary>
internal static class FunctionWork
{
    /// <summary>At most, for one row. Measured: 3 to 110 pairs take a nanosecond, more in longer texts, so that 2,048 rows take some seconds at most.</summary>
    public const double Max = 16 * 1024 * 1024;

    /// <summary>Of arguments that are written out, which the engine computes with once.</summary>
    public const double MaxOnce = 2048 * Max;

    /// <summary>A step of a pattern of many states takes 8 ns.</summary>
    private const int OfPattern = 64;

    private static readonly FrozenSet<string> _texts = Set("contains instr strpos position replace split split_part str_split string_split string_to_array json_contains");

    private static readonly FrozenSet<string> _patterns = Set(
        "~ regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_match regexp_replace regexp_split_to_array str_split_regex string_split_regex");

    public static double Of(string name, IReadOnlyList<double> sizes) => sizes.Count < 2 ? 0
        : _texts.Contains(name) ? sizes[0] * sizes[1]
        : _patterns.Contains(name) ? OfPattern * sizes[0] * sizes[1]
        : 0;

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
