using System.Globalization;
using System.Text;
using Amp.Query.Sql.Dialect;
using Amp.Shared.Faults;

namespace Amp.Query.Sql;

/// <summary>Makes of a user's text what DuckDB's parser reads with the meaning the user had, and refuses what no parser need see.</summary>
internal static class SqlRepair
{
    /// <param name="sql">What the user sent.</param>
    /// <param name="isRefused">Whether DuckDB's parser refuses it as it is: only then is its grammar bridged.</param>
    public static RepairedSql Repair(string sql, bool isRefused = false)
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

        // What follows the last token is white space, a comment, or SETTINGS that were understood.
        return SqlWriter.Write(new SqlTokens(sql, WithoutSettings(sql, tokens)), isRefused);
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

    private static bool Is(string sql, SqlToken token, string word) =>
        token.Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Ascii.EqualsIgnoreCase(sql.AsSpan(token.Start, token.Length), word);

    private static string Text(string sql, SqlToken token) => sql.Substring(token.Start, token.Length);
}
