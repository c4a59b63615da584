using System.Globalization;
using System.Text;
using Amp.Shared.Faults;

namespace Amp.Query.Sql.Dialect;

/// <summary>Writes a user's SQL as DuckDB is to read it, piece by piece, and notes which piece stands for what.</summary>
/// <param name="tokens">The user's SQL.</param>
/// <param name="isRefused">Whether DuckDB's parser refuses it as it is: only then is its grammar bridged.</param>
internal sealed class SqlWriter(SqlTokens tokens, bool isRefused)
{
    /// <summary>Calls inside of calls; the engine reads not many more.</summary>
    private const int MaxDepth = 200;

    private readonly StringBuilder _text = new(tokens.Sql.Length + 16);
    private readonly List<(int To, int From)> _shifts = [];
    private readonly Operands _operands = new(tokens);
    private readonly EnclosingCalls _calls = new(tokens);
    private int _depth;

    /// <summary>The whole of it.</summary>
    public static RepairedSql Write(SqlTokens tokens, bool isRefused)
    {
        var writer = new SqlWriter(tokens, isRefused);
        if (tokens.Count > 0)
            writer._text.Append(tokens.Sql, 0, tokens[0].Start);
        writer.Write(0, tokens.Count);
        return new RepairedSql(tokens.Sql, writer._text.ToString(), writer._shifts);
    }

    public void Add(string text) => _text.Append(text);

    /// <summary>The tokens from one on to another, which is left out, with what stands between them.</summary>
    public void Write(int first, int end)
    {
        if (++_depth > MaxDepth)
            throw new AmpException(ErrorCode.InvalidPlan, $"The query is nested too deeply: at most {MaxDepth} calls inside of each other are read.");
        var at = first;
        if (first < end)
            Resume(tokens[first].Start);
        while (at < end)
        {
            var next = Repair(at) ?? Copy(at);
            if (next < end)
                _text.Append(tokens.Sql, tokens[next - 1].End, tokens[next].Start - tokens[next - 1].End);
            at = next;
        }

        _depth--;
    }

    private int Copy(int at)
    {
        _text.Append(tokens.Sql, tokens[at].Start, tokens[at].Length);
        return at + 1;
    }

    private int? Repair(int at)
    {
        var next = tokens[at].Kind switch
        {
            SqlTokenKind.QuotedName => Backticks(at),
            SqlTokenKind.Number => Number(at, at),
            SqlTokenKind.Symbol when tokens.Is(at, "-") && _operands.IsExpected(at) => Number(at, at + 1),
            SqlTokenKind.Word => Bytes(at) ?? NotMaterialized(at) ?? Unsigned(at) ?? (_operands.IsExpected(at) ? new ForeignCalls(tokens, this).Write(at) : null) ?? (isRefused ? Grammar(at) : null),
            _ => null,
        };
        if (next is { } behind)
            Resume(tokens[behind - 1].End);
        return next;
    }

    private void Resume(int from)
    {
        if (from != _text.Length || _shifts.Count > 0)
            _shifts.Add((_text.Length, from));
    }

    // DuckDB has no operator of that sign, so that a query with it cannot be run otherwise.
    private int? Backticks(int at)
    {
        var name = tokens.Text(at);
        if (name[0] != '`' || name.Length < 3 || name[^1] != '`')
            return null;
        Add(EngineName.Quoted(name[1..^1].Replace("``", "`", StringComparison.Ordinal)));
        return at + 1;
    }

    private int? Number(int at, int number)
    {
        if (LongNumber.Digits(tokens, number) is not { } digits)
            return null;
        LongNumber.CheckPlace(tokens, _calls, at, number);
        Add($"'{(at < number ? "-" : "")}{digits}'");
        return number + 1;
    }

    // DuckDB reads x'7f' as the text "x7f": the wrong rows without an error.
    private int? Bytes(int at)
    {
        if (!tokens.Is(at, "x") || !tokens.IsKind(at + 1, SqlTokenKind.Text) || tokens[at + 1].Start != tokens[at].End || tokens.Sql[tokens[at + 1].Start] != '\'')
            return null;

        // One that nothing ends is a mistake, which the parser tells.
        if (tokens[at + 1].Length < 2 || tokens.Sql[tokens[at + 1].End - 1] != '\'')
            return null;
        var digits = tokens.Sql.AsSpan(tokens[at + 1].Start + 1, tokens[at + 1].Length - 2);
        if (digits.Length % 2 != 0 || digits.ContainsAnyExcept(System.Buffers.SearchValues.Create("0123456789abcdefABCDEF")))
        {
            throw new AmpException(
                ErrorCode.SqlParseError,
                string.Create(CultureInfo.InvariantCulture, $"x'{digits}' at position {tokens[at].Start} is not a run of bytes: an even number of hex digits is needed."));
        }

        Add("('");
        for (var i = 0; i < digits.Length; i += 2)
            _text.Append(@"\x").Append(digits.Slice(i, 2));
        Add("'::BLOB)");
        return at + 2;
    }

    // WITH … AS NOT MATERIALIZED asks for a copy of the plan at each use, of which twenty that use each other twice make a million, and the parse
    // tree does not tell it. It changes no row, so it is left out.
    private int? NotMaterialized(int at)
    {
        if (!tokens.Is(at, "as") || !tokens.Is(at + 1, "not") || !tokens.Is(at + 2, "materialized"))
            return null;
        Add(tokens.Text(at));
        return at + 3;
    }

    private int? Unsigned(int at)
    {
        if (!tokens.Is(at + 1, "unsigned"))
            return null;
        var type = EngineName.Fold(tokens.Text(at)) switch
        {
            "tinyint" => "UTINYINT",
            "smallint" => "USMALLINT",
            "int" or "integer" => "UINTEGER",
            "bigint" => "UBIGINT",
            _ => null,
        };
        if (type is not null && tokens.Is(at - 1, ":") && tokens.Is(at - 2, ":"))
        {
            throw new AmpException(
                ErrorCode.SqlParseError,
                string.Create(CultureInfo.InvariantCulture, $"::{tokens.Text(at)} {tokens.Text(at + 1)} at position {tokens[at].Start} may be a type or a type and an alias: write ::{type}, or AS {tokens.Text(at + 1)}."));
        }

        if (type is null || !isRefused || !tokens.Is(at - 1, "as"))
            return null;
        Add(type);
        return at + 2;
    }

    private int? Grammar(int at)
    {
        if (_operands.IsBareColumn(at))
            Add($"\"{EngineName.Fold(tokens.Text(at))}\"");
        else if (tokens.Is(at, "except") && tokens.Is(at - 1, "*") && IsListOfNames(at + 1))
            Add("EXCLUDE");
        else
            return null;
        return at + 1;
    }

    private bool IsListOfNames(int open)
    {
        if (!tokens.Is(open, "(") || tokens.Close(open) is not { } close)
            return false;
        var names = tokens.Arguments(open, close);
        return names.Count > 0 && names.All(n => n.End == n.First + 1 && tokens[n.First].Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName);
    }
}
