using System.Globalization;
using Amp.Shared.Faults;

namespace Amp.Query.Sql.Dialect;

/// <summary>
/// An integer of more than 38 digits that is written out. The engine would make a DOUBLE of it, which is equal to its neighbours; columns of
/// 256 bits hold text, so it is carried as text, and refused where text is ordered or counted with.
/// </summary>
internal static class LongNumber
{
    private const int MaxDigits = 38;

    /// <summary>The token's digits when they are so many; null for any other token.</summary>
    public static string? Digits(SqlTokens tokens, int i)
    {
        if (!tokens.IsKind(i, SqlTokenKind.Number) || tokens[i].Length <= MaxDigits)
            return null;
        var digits = tokens.Text(i).Replace("_", "", StringComparison.Ordinal).TrimStart('0');
        return digits.Length > MaxDigits && digits.All(char.IsAsciiDigit) ? digits : null;
    }

    /// <summary>Throws where the number stands beside an operator that means something else for texts.</summary>
    /// <param name="tokens">The SQL.</param>
    /// <param name="calls">Its calls.</param>
    /// <param name="first">The number, or the sign before it.</param>
    /// <param name="number">The number.</param>
    public static void CheckPlace(SqlTokens tokens, EnclosingCalls calls, int first, int number)
    {
        var (left, right) = (first - 1, number + 1);
        while (tokens.Is(left, "(") && tokens.Is(right, ")"))
            (left, right) = (left - 1, right + 1);
        var isOrdered = tokens.IsAny(left, "<", "between") || (tokens.Is(left, ">") && !tokens.Is(left - 1, "<")) || tokens.Is(right, "between")
            || (tokens.Is(right, "<") && !tokens.Is(right + 1, ">")) || tokens.Is(right, ">")
            || (tokens.Is(left, "=") && tokens.IsAny(left - 1, "<", ">")) || IsUpperEnd(tokens, left) || calls.IsIn(left + 1, "greatest", "least", "max", "min");
        if (!isOrdered && !tokens.IsAny(left, "+", "-", "*", "/", "%", "^", "&") && !tokens.IsAny(right, "+", "-", "*", "/", "%", "^", "&"))
            return;
        throw new AmpException(ErrorCode.InvalidPlan, string.Create(
            CultureInfo.InvariantCulture,
            $"The integer {tokens.Text(number)} at position {tokens[number].Start} has more than {MaxDigits} digits. Such numbers are texts here, which = and IN compare and which cannot be ordered or counted with: compare lpad(x, 78, '0') with a text of 78 digits, or CAST both to DOUBLE where that is exact enough."));
    }

    // x BETWEEN 1 AND n; in a AND n = b the number is compared.
    private static bool IsUpperEnd(SqlTokens tokens, int left)
    {
        if (!tokens.Is(left, "and"))
            return false;
        for (var i = left - 1; i >= 0 && !tokens.IsAny(i, "and", "or", "where", "on", "when"); i--)
        {
            if (tokens.Is(i, "between"))
                return true;
        }

        return false;
    }
}
