using System.Collections.Frozen;
using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Query.Sql;

/// <summary>
/// Refuses LIKE, ILIKE and GLOB whose work has no bound. DuckDB tries every place for every wildcard, those inside of others: measured with
/// four wildcards over a text of 800 characters, 86 seconds for one row, in which no interrupt is heard.
/// </summary>
internal static class LikePatterns
{
    private const int MaxWildcards = 2;

    private static readonly FrozenSet<string> _plain = FrozenSet.ToFrozenSet(["~~", "!~~"]);

    private static readonly FrozenSet<string> _all = FrozenSet.ToFrozenSet(
        ["~~", "!~~", "~~*", "!~~*", "~~~", "like_escape", "not_like_escape", "ilike_escape", "not_ilike_escape"]);

    public static void Check(string function, IReadOnlyList<JsonElement> arguments)
    {
        if (!_all.Contains(function) || arguments.Count < 2)
            return;
        if (arguments[1].LiteralText() is not { } pattern)
        {
            if (!arguments[1].IsNullLiteral())
                throw new AmpException(ErrorCode.InvalidPlan, "LIKE, ILIKE and GLOB need their pattern written out: matching one that is computed can take any time. Use contains(…), starts_with(…), ends_with(…) or regexp_matches(…).");
            return;
        }

        // Without "_" and with regard to case the engine finds one piece after the other.
        var wildcard = function == "~~~" ? '*' : '%';
        if (_plain.Contains(function) && !pattern.Contains('_', StringComparison.Ordinal))
            return;
        var wildcards = pattern.TrimEnd(wildcard).Split(wildcard, StringSplitOptions.RemoveEmptyEntries).Length
            - (pattern.StartsWith(wildcard) ? 0 : 1);
        if (wildcards > MaxWildcards)
            throw GrowthGuard.TooLarge($"The pattern '{pattern}' has {wildcards} wildcards ({wildcard}) that each try every place; at most {MaxWildcards} are allowed in ILIKE, GLOB, with ESCAPE or beside _: use regexp_matches(…).");
    }
}
