using System.Text;
using Amp.Shared.Faults;

namespace Amp.Query.Sql;

/// <summary><c>SELECT … SETTINGS stream = true</c>: a query that goes on as blocks arrive.</summary>
public static class StreamSettings
{
    /// <summary>The query without them, for clients whose header says already that it is to end.</summary>
    public static string Without(string sql)
    {
        var tokens = SqlTokenizer.Tokenize(sql);
        return Find(sql, tokens) is { } place ? sql[..tokens[place.First].Start] : sql;
    }

    /// <summary>Where they begin and what they say; null where there are none.</summary>
    internal static (int First, bool IsStreaming)? Find(string sql, List<SqlToken> tokens)
    {
        var end = tokens.Count;
        while (end > 0 && Is(sql, tokens[end - 1], ";"))
            end--;
        if (end < 4 || !Is(sql, tokens[end - 4], "settings") || !Is(sql, tokens[end - 3], "stream") || !Is(sql, tokens[end - 2], "="))
            return null;
        return Is(sql, tokens[end - 1], "true") ? (end - 4, true)
            : Is(sql, tokens[end - 1], "false") ? (end - 4, false)
            : throw new AmpException(ErrorCode.SqlParseError, $"SETTINGS stream is true or false, not {sql.Substring(tokens[end - 1].Start, tokens[end - 1].Length)}.");
    }

    internal static bool Is(string sql, SqlToken token, string word) =>
        token.Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Ascii.EqualsIgnoreCase(sql.AsSpan(token.Start, token.Length), word);
}
