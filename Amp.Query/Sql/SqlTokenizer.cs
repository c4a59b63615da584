namespace Amp.Query.Sql;

/// <summary>Cuts SQL into tokens as DuckDB's grammar does: enough to see names, texts and the end, never to understand it.</summary>
/// <remarks>What does not end (a quote, a comment) becomes a token up to the end of the text; DuckDB's parser then says what is wrong.</remarks>
internal static class SqlTokenizer
{
    public static List<SqlToken> Tokenize(string sql)
    {
        var tokens = new List<SqlToken>();
        var at = 0;
        while (at < sql.Length)
        {
            if (IsSpace(sql[at]))
            {
                at++;
                continue;
            }

            if (CommentEnd(sql, at) is { } commentEnd)
            {
                at = commentEnd;
                continue;
            }

            var (kind, end) = Next(sql, at);
            tokens.Add(new SqlToken(kind, at, end - at));
            at = end;
        }

        return tokens;
    }

    private static (SqlTokenKind Kind, int End) Next(string sql, int at)
    {
        var c = sql[at];
        if (c == '\'')
            return (SqlTokenKind.Text, QuoteEnd(sql, at, '\'', backslash: false));
        if (c == '"')
            return (SqlTokenKind.QuotedName, QuoteEnd(sql, at, '"', backslash: false));
        if (c == '`')
            return (SqlTokenKind.QuotedName, QuoteEnd(sql, at, '`', backslash: false));
        if (c is 'e' or 'E' && at + 1 < sql.Length && sql[at + 1] == '\'')
            return (SqlTokenKind.Text, QuoteEnd(sql, at + 1, '\'', backslash: true));
        if (c == '$' && DollarEnd(sql, at) is { } dollarEnd)
            return (SqlTokenKind.Text, dollarEnd);
        if (IsNameStart(c))
            return (SqlTokenKind.Word, Run(sql, at, static x => IsNameStart(x) || char.IsAsciiDigit(x) || x == '$'));
        if (char.IsAsciiDigit(c))
            return (SqlTokenKind.Number, Run(sql, at, static x => char.IsAsciiLetterOrDigit(x) || x is '.' or '_'));
        return (SqlTokenKind.Symbol, at + 1);
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || (c > 127 && !IsSpace(c));

    // The engine takes these for plain spaces before it reads.
    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is '\u200b' or '\u2060' or '\ufeff';

    private static int Run(string sql, int at, Func<char, bool> belongs)
    {
        while (at < sql.Length && belongs(sql[at]))
            at++;
        return at;
    }

    private static int QuoteEnd(string sql, int at, char quote, bool backslash)
    {
        for (at++; at < sql.Length; at++)
        {
            if (backslash && sql[at] == '\\')
                at++;
            else if (sql[at] == quote && (at + 1 >= sql.Length || sql[at + 1] != quote))
                return at + 1;
            else if (sql[at] == quote)
                at++;
        }

        return sql.Length;
    }

    private static int? DollarEnd(string sql, int at)
    {
        var tagEnd = Run(sql, at + 1, static x => IsNameStart(x) || char.IsAsciiDigit(x));
        if (tagEnd >= sql.Length || sql[tagEnd] != '$' || (tagEnd > at + 1 && char.IsAsciiDigit(sql[at + 1])))
            return null;
        var tag = sql[at..(tagEnd + 1)];
        var close = sql.IndexOf(tag, tagEnd + 1, StringComparison.Ordinal);
        return close < 0 ? sql.Length : close + tag.Length;
    }

    private static int? CommentEnd(string sql, int at)
    {
        if (at + 1 >= sql.Length)
            return null;
        if (sql[at] == '-' && sql[at + 1] == '-')
        {
            var end = sql.AsSpan(at).IndexOfAny('\n', '\r');
            return end < 0 ? sql.Length : at + end;
        }

        if (sql[at] != '/' || sql[at + 1] != '*')
            return null;
        var depth = 0;
        for (; at < sql.Length; at++)
        {
            if (at + 1 < sql.Length && sql[at] == '/' && sql[at + 1] == '*')
            {
                depth++;
                at++;
            }
            else if (at + 1 < sql.Length && sql[at] == '*' && sql[at + 1] == '/')
            {
                at++;
                if (--depth == 0)
                    return at + 1;
            }
        }

        return sql.Length;
    }
}
