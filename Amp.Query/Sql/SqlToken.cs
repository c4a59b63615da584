namespace Amp.Query.Sql;

/// <summary>What a token is.</summary>
internal enum SqlTokenKind
{
    Word,
    QuotedName,
    Text,
    Number,
    Symbol,
}

/// <summary>A piece of SQL between white space and comments.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Index of its first character.</param>
/// <param name="Length">Characters.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length)
{
    public int End => Start + Length;
}
