using System.Globalization;
using System.Text;
using Amp.Shared.Faults;

namespace Amp.Query.Sql;

/// <summary>Makes of a user's text what DuckDB's parser reads with the meaning the user had, and refuses what no parser need see.</summary>
internal static class SqlRepair
{
    public static RepairedSql Repair(string sql)
    {
        // DuckDB takes its text up to the first of them and would drop the rest without a word.
        if (sql.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var nul)
        {
            throw new AmpException(
                ErrorCode.SqlParseError,
                string.Create(CultureInfo.InvariantCulture, $"The SQL has the character U+0000 at position {nul}, which cannot stand in SQL."));
        }

        var tokens = SqlTokenizer.Tokenize(sql);
        if (!tokens.Exists(t => !Is(sql, t, ";")))
            throw new AmpException(ErrorCode.InvalidSqlString, "The SQL is empty: send one SELECT.");
        tokens = WithoutSettings(sql, tokens);
        return Rewrite(sql, tokens);
    }

    // SELECT … SETTINGS stream = true: a query that goes on as blocks arrive.
    private static List<SqlToken> WithoutSettings(string sql, List<SqlToken> tokens)
    {
        var end = tokens.Count;
        while (end > 0 && Is(sql, tokens[end - 1], ";"))
            end--;
        if (end < 4 || !Is(sql, tokens[end - 4], "settings") || !Is(sql, tokens[end - 3], "stream") || !Is(sql, tokens[end - 2], "="))
            return tokens;
        if (Is(sql, tokens[end - 1], "true"))
            throw new AmpException(ErrorCode.StreamingNotSupported, "SETTINGS stream = true: streaming queries are not supported yet; leave the SETTINGS away to get the rows that are there now.");
        if (Is(sql, tokens[end - 1], "false"))
            return tokens[..(end - 4)];
        throw new AmpException(ErrorCode.SqlParseError, $"SETTINGS stream is true or false, not {Text(sql, tokens[end - 1])}.");
    }

    private static RepairedSql Rewrite(string sql, List<SqlToken> tokens)
    {
        var text = new StringBuilder(sql.Length + 16);
        var shifts = new List<(int To, int From)>();
        var copied = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            if (IsNotMaterialized(sql, tokens, i))
            {
                text.Append(sql, copied, tokens[i].End - copied);
                copied = tokens[i + 2].End;
                shifts.Add((text.Length, copied));
                i += 2;
                continue;
            }

            if (!IsHexBytes(sql, tokens, i))
                continue;
            var (mark, digits) = (tokens[i], tokens[i + 1]);
            text.Append(sql, copied, mark.Start - copied);
            AppendBytes(text, sql.AsSpan(digits.Start + 1, digits.Length - 2), mark.Start);
            copied = digits.End;
            shifts.Add((text.Length, copied));
            i++;
        }

        // What follows the last token is white space, a comment, or SETTINGS that were understood.
        var end = tokens.Count == 0 ? 0 : tokens[^1].End;
        text.Append(sql, copied, Math.Max(0, end - copied));
        return new RepairedSql(sql, text.ToString(), shifts);
    }

    // WITH … AS NOT MATERIALIZED asks for a copy of the plan at each use, of which twenty that use each other twice make a million, and the parse
    // tree does not tell it. It changes no row, so it is left out.
    private static bool IsNotMaterialized(string sql, List<SqlToken> tokens, int i) =>
        i + 2 < tokens.Count && Is(sql, tokens[i], "as") && Is(sql, tokens[i + 1], "not") && Is(sql, tokens[i + 2], "materialized");

    // DuckDB reads x'7f' as the text "x7f": the wrong rows without an error.
    private static bool IsHexBytes(string sql, List<SqlToken> tokens, int i) =>
        i + 1 < tokens.Count && Is(sql, tokens[i], "x") && tokens[i + 1].Kind == SqlTokenKind.Text
        && tokens[i + 1].Start == tokens[i].End && sql[tokens[i + 1].Start] == '\'';

    private static void AppendBytes(StringBuilder text, ReadOnlySpan<char> digits, int position)
    {
        if (digits.Length % 2 != 0 || digits.ContainsAnyExcept(System.Buffers.SearchValues.Create("0123456789abcdefABCDEF")))
        {
            throw new AmpException(
                ErrorCode.SqlParseError,
                string.Create(CultureInfo.InvariantCulture, $"x'{digits}' at position {position} is not a run of bytes: an even number of hex digits is needed."));
        }

        text.Append("('");
        for (var i = 0; i < digits.Length; i += 2)
            text.Append(@"\x").Append(digits.Slice(i, 2));
        text.Append("'::BLOB)");
    }

    private static bool Is(string sql, SqlToken token, string word) =>
        token.Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Ascii.EqualsIgnoreCase(sql.AsSpan(token.Start, token.Length), word);

    private static string Text(string sql, SqlToken token) => sql.Substring(token.Start, token.Length);
}
