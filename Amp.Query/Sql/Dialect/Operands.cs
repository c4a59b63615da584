namespace Amp.Query.Sql.Dialect;

/// <summary>
/// Tells, from left to right, where an operand must stand, and which bare <c>from</c> and <c>to</c> are columns and not keywords. DuckDB
/// reserves both words, so this is asked of queries alone that its parser refuses: nothing that it reads is read otherwise.
/// </summary>
internal sealed class Operands
{
    /// <summary>After these an operand stands.</summary>
    private static readonly string[] _before =
    [
        "select", "where", "and", "or", "not", "by", "on", "having", "when", "then", "else", "case", "between", "like", "ilike", "glob", "escape", "qualify", "limit", "offset", "for", "exclude", "all",
    ];

    /// <summary>Behind a column these may stand, and behind the keyword FROM none of them.</summary>
    private static readonly string[] _behindColumn =
    [
        "from", "as", "and", "or", "not", "in", "is", "like", "ilike", "glob", "between", "collate", "then", "else", "when", "end", "asc", "desc", "nulls", "where", "group", "having", "order", "limit",
        "offset", "union", "intersect", "except", "qualify", "window", "for", "placing",
    ];

    private readonly SqlTokens _tokens;
    private readonly bool[] _isColumn;
    private readonly bool[] _isExpected;

    public Operands(SqlTokens tokens)
    {
        _tokens = tokens;
        _isColumn = new bool[tokens.Count];
        _isExpected = new bool[tokens.Count];
        var distinctOn = new HashSet<int>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens.Is(i, "(") && tokens.Is(i - 1, "on") && tokens.Is(i - 2, "distinct") && tokens.Close(i) is { } close)
                distinctOn.Add(close);
            _isExpected[i] = distinctOn.Contains(i - 1) || FollowsAnOpenPlace(i);
            _isColumn[i] = _isExpected[i] && !tokens.Is(i + 1, "(") && (tokens.Is(i, "to") || (tokens.Is(i, "from") && IsColumn(i)));
        }
    }

    /// <summary>Whether an operand must stand there: behind an operator, a comma, a bracket that opens, SELECT, WHERE and the like.</summary>
    public bool IsExpected(int i) => _isExpected[i];

    /// <summary>Whether the token is a bare <c>from</c> or <c>to</c> that can only be a column.</summary>
    public bool IsBareColumn(int i) => _isColumn[i];

    private bool FollowsAnOpenPlace(int i)
    {
        var before = i - 1;
        if (before < 0 || IsLabel(before) || _isColumn[before])
            return false;
        return _tokens[before].Kind switch
        {
            SqlTokenKind.Symbol when _tokens.Is(before, "*") => !_isExpected[before] && !_tokens.Is(before - 1, "."),
            SqlTokenKind.Symbol => !_tokens.IsAny(before, ")", "]", "}", ".", ";"),
            SqlTokenKind.Word when _tokens.Is(before, "distinct") => !_tokens.IsAny(before - 1, "is", "not", "union", "except", "intersect"),
            SqlTokenKind.Word => _tokens.IsAny(before, _before) || _tokens.IsAny(before, "from", "to"),
            _ => false,
        };
    }

    // After a comma, a bracket or ALL the keyword may stand, too: SELECT a, FROM t; (FROM t); UNION ALL FROM t.
    private bool IsColumn(int i) =>
        !_tokens.IsAny(i - 1, ",", "(", "all")
        || i + 1 == _tokens.Count
        || _tokens.IsKind(i + 1, SqlTokenKind.Symbol)
        || _tokens.IsAny(i + 1, _behindColumn);

    private bool IsLabel(int i) => _tokens.IsKind(i, SqlTokenKind.Word) && _tokens.IsAny(i - 1, ".", "as");
}
