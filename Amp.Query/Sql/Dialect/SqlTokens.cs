using System.Text;

namespace Amp.Query.Sql.Dialect;

/// <summary>A text of SQL with its tokens.</summary>
internal sealed class SqlTokens(string sql, IReadOnlyList<SqlToken> tokens)
{
    private readonly Dictionary<int, int> _close = Brackets(sql, tokens);

    public string Sql => sql;

    public int Count => tokens.Count;

    public SqlToken this[int i] => tokens[i];

    /// <summary>Whether there is such a token, and it is this word or symbol.</summary>
    public bool Is(int i, string word) => i >= 0 && i < tokens.Count && Is(sql, tokens[i], word);

    public bool IsAny(int i, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Is(i, word))
                return true;
        }

        return false;
    }

    public bool IsKind(int i, SqlTokenKind kind) => i >= 0 && i < tokens.Count && tokens[i].Kind == kind;

    public string Text(int i) => sql.Substring(tokens[i].Start, tokens[i].Length);

    /// <summary>The text of a plain literal; null for a token that is none.</summary>
    public string? Literal(int i) => IsKind(i, SqlTokenKind.Text) && sql[tokens[i].Start] == '\'' && tokens[i].Length > 1
        ? Text(i)[1..^1].Replace("''", "'", StringComparison.Ordinal)
        : null;

    /// <summary>The bracket that ends what the one at <paramref name="open"/> begins; null when there is none.</summary>
    public int? Close(int open) => _close.TryGetValue(open, out var close) ? close : null;

    /// <summary>What stands between the commas inside of brackets: first token, and the one after the last.</summary>
    public List<(int First, int End)> Arguments(int open, int close)
    {
        var arguments = new List<(int, int)>();
        var first = open + 1;
        for (var i = first; i <= close; i++)
        {
            if (IsAny(i, "(", "[", "{"))
                i = Close(i) ?? close;
            if (i < close && !Is(i, ","))
                continue;
            if (first < close)
                arguments.Add((first, Math.Min(i, close)));
            first = i + 1;
        }

        return arguments;
    }

    private static bool Is(string sql, SqlToken token, string word) =>
        token.Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Ascii.EqualsIgnoreCase(sql.AsSpan(token.Start, token.Length), word);

    // A bracket of another kind ends nothing: DuckDB's parser then says what is wrong.
    private static Dictionary<int, int> Brackets(string sql, IReadOnlyList<SqlToken> tokens)
    {
        var (pairs, open) = (new Dictionary<int, int>(), new Stack<int>());
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != SqlTokenKind.Symbol)
                continue;
            var c = sql[tokens[i].Start];
            if (c is '(' or '[' or '{')
                open.Push(i);
            else if (c is ')' or ']' or '}' && open.TryPop(out var first))
                pairs[first] = i;
        }

        return pairs;
    }
}
