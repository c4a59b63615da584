namespace Amp.Query.Sql.Dialect;

/// <summary>The function whose arguments a token is among, past those that hand one of their arguments on.</summary>
internal sealed class EnclosingCalls
{
    private const int None = -1;

    private readonly SqlTokens _tokens;

    /// <summary>By token, the name of the call around it. Found once for all: a search for each number of a long list would be the square of its length.</summary>
    private readonly int[] _names;

    public EnclosingCalls(SqlTokens tokens)
    {
        _tokens = tokens;
        _names = new int[tokens.Count];
        var around = new Stack<int>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens.IsAny(i, ")", "]", "}"))
                around.TryPop(out _);
            _names[i] = around.TryPeek(out var name) ? name : None;
            if (tokens.IsAny(i, "(", "[", "{"))
                around.Push(tokens.Is(i, "(") && tokens.IsKind(i - 1, SqlTokenKind.Word) && !tokens.IsAny(i - 1, "coalesce", "ifnull", "nvl", "nullif") ? i - 1 : _names[i]);
        }
    }

    /// <summary>Whether a token is among the arguments of one of these functions.</summary>
    public bool IsIn(int i, params ReadOnlySpan<string> functions) => _names[i] != None && _tokens.IsAny(_names[i], functions);
}
