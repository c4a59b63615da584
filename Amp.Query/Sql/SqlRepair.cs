using System.Globalization;
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
        if (!tokens.Exists(t => !StreamSettings.Is(sql, t, ";")))
            throw new AmpException(ErrorCode.InvalidSqlString, "The SQL is empty: send one SELECT.");

        // What follows the last token is white space, a comment, or SETTINGS that were understood.
        return SqlWriter.Write(new SqlTokens(sql, WithoutSettings(sql, tokens)), isRefused);
    }

    private static List<SqlToken> WithoutSettings(string sql, List<SqlToken> tokens) => StreamSettings.Find(sql, tokens) switch
    {
        null => tokens,
        (var first, false) => tokens[..first],
        _ => throw new AmpException(ErrorCode.StreamingNotSupported, "SETTINGS stream = true: streaming queries are not supported yet; leave the SETTINGS away to get the rows that are there now."),
    };
}
