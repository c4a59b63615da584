using System.Globalization;
using Amp.Shared.Faults;

namespace Amp.Query.Sql.Dialect;

/// <summary>Calls of DataFusion's functions that have another form in the engine; those that only need a definition are in <see cref="DialectMacros"/>.</summary>
/// <remarks>The engine has no function of these names, so no query that it can run is changed.</remarks>
internal sealed class ForeignCalls(SqlTokens tokens, SqlWriter writer)
{
    /// <summary>What <see cref="Write"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["arrow_cast", "arrow_try_cast", "arrow_typeof", "named_struct", "regexp_like", "approx_distinct", "approx_median", "approx_percentile_cont"];

    /// <summary>Writes the call of the function named at a token.</summary>
    /// <returns>The token behind the call; null when there is no such call.</returns>
    public int? Write(int name)
    {
        if (tokens.Close(name + 1) is not { } close || !tokens.Is(name + 1, "("))
            return null;

        // WITH f(a) AS (SELECT …) is a name of the user's own.
        if (tokens.Is(close + 1, "as") && tokens.Is(close + 2, "("))
            return null;
        var called = EngineName.Fold(tokens.Text(name));
        return called switch
        {
            "arrow_cast" or "arrow_try_cast" => Cast(name, called, close),
            "arrow_typeof" => TypeOf(name, close),
            "named_struct" => NamedStruct(name, called, close),
            "regexp_like" => Renamed(name, "regexp_matches"),
            "approx_distinct" => Renamed(name, "approx_count_distinct"),
            "approx_median" => Quantile(name, called, close, "0.5"),
            "approx_percentile_cont" => Percentile(name, called, close),
            _ => null,
        };
    }

    private int Renamed(int name, string other)
    {
        writer.Add(other);
        return name + 1;
    }

    private int Cast(int name, string called, int close)
    {
        var arguments = tokens.Arguments(name + 1, close);
        if (arguments.Count != 2 || Literal(arguments[1]) is not { } type)
            throw Misused(name, $"{called} takes a value and the name of an Arrow type that is written out: {called}(x, 'UInt64')");
        writer.Add(called == "arrow_cast" ? "CAST(" : "TRY_CAST(");
        writer.Write(arguments[0].First, arguments[0].End);
        writer.Add($" AS {ArrowTypeNames.Engine(type)})");
        return close + 1;
    }

    // An integer that is written out goes out as Int64, while the engine holds it in as few bytes as it can.
    private int? TypeOf(int name, int close)
    {
        if (close != name + 3 || !tokens.IsKind(name + 2, SqlTokenKind.Number) || !long.TryParse(tokens.Text(name + 2), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return null;
        writer.Add($"{tokens.Text(name)}(CAST({tokens.Text(name + 2)} AS BIGINT))");
        return close + 1;
    }

    private int NamedStruct(int name, string called, int close)
    {
        var arguments = tokens.Arguments(name + 1, close);
        if (arguments.Count == 0 || arguments.Count % 2 != 0)
            throw Misused(name, $"{called} takes names and values in turn: {called}('a', 1, 'b', 2)");
        writer.Add("struct_pack(");
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (Literal(arguments[i]) is not { Length: > 0 } field)
                throw Misused(name, $"The names of {called} must be written out as texts: {called}('a', 1, 'b', 2)");
            writer.Add($"{(i == 0 ? "" : ", ")}{EngineName.Quoted(field)} := ");
            writer.Write(arguments[i + 1].First, arguments[i + 1].End);
        }

        writer.Add(")");
        return close + 1;
    }

    // f(x, p), f(x, p, centroids), f(p) WITHIN GROUP (ORDER BY x): how many centroids there are is the engine's own affair.
    private int Percentile(int name, string called, int close)
    {
        var arguments = tokens.Arguments(name + 1, close);
        if (tokens.Is(close + 1, "within") && tokens.Is(close + 2, "group") && tokens.Is(close + 3, "(") && tokens.Close(close + 3) is { } end
            && tokens.Is(close + 4, "order") && tokens.Is(close + 5, "by") && arguments.Count is 1 or 2)
        {
            var last = tokens.Is(end - 1, "asc") ? end - 1 : end;
            if (tokens.IsAny(last - 1, "desc", "first", "last") || tokens.Arguments(close + 5, last).Count != 1)
                throw Misused(name, $"WITHIN GROUP of {called} takes one value in ascending order; for p from above, ask for 1 - p");
            return Quantile(name, called, end, (close + 6, last), arguments[0]);
        }

        if (arguments.Count is not (2 or 3))
            throw Misused(name, $"{called} takes a value and a fraction: {called}(x, 0.5), or {called}(0.5) WITHIN GROUP (ORDER BY x)");
        return Quantile(name, called, close, arguments[0], arguments[1]);
    }

    private int Quantile(int name, string called, int close, string fraction)
    {
        var arguments = tokens.Arguments(name + 1, close);
        if (arguments.Count != 1)
            throw Misused(name, $"{called} takes one value");
        OpenQuantile(name, called, arguments[0]);
        writer.Add($"{fraction})");
        return close + 1;
    }

    private int Quantile(int name, string called, int close, (int First, int End) value, (int First, int End) fraction)
    {
        OpenQuantile(name, called, value);
        writer.Write(fraction.First, fraction.End);
        writer.Add(")");
        return close + 1;
    }

    // Of decimals the engine would give the integer alone.
    private void OpenQuantile(int name, string called, (int First, int End) value)
    {
        if (tokens.Is(value.First, "distinct"))
            throw Misused(name, $"{called} knows no DISTINCT");
        writer.Add("approx_quantile(CAST(");
        writer.Write(value.First, value.End);
        writer.Add(" AS DOUBLE), ");
    }

    private string? Literal((int First, int End) argument) => argument.End == argument.First + 1 ? tokens.Literal(argument.First) : null;

    private AmpException Misused(int name, string told) =>
        new(ErrorCode.InvalidPlan, string.Create(CultureInfo.InvariantCulture, $"{told} (position {tokens[name].Start})."));
}
