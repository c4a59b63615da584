using System.Text.Json;
using Amp.Shared.Chain;

namespace Amp.Query.Sql.Bounds;

/// <summary>A comparison of a column with constants, as the range that it leaves.</summary>
/// <param name="Column">The column as written, with what stands before it.</param>
/// <param name="Blocks">Values that pass; a start above the end when none does.</param>
internal sealed record BlockComparison(IReadOnlyList<string> Column, BlockRange Blocks)
{
    private static readonly BlockRange _none = new(1, 0);

    /// <summary>Null for any other condition.</summary>
    public static BlockComparison? Read(JsonElement condition) => condition.Text("class") switch
    {
        "COMPARISON" => Comparison(condition),
        "BETWEEN" => Between(condition),
        "OPERATOR" when condition.Text("type") == "COMPARE_IN" => In(condition),
        _ => null,
    };

    private static BlockComparison? Comparison(JsonElement condition)
    {
        if (condition.Child("left") is not { } left || condition.Child("right") is not { } right)
            return null;
        if (ColumnOf(left) is { } column && Constant(right) is { } value)
            return Range(condition.Text("type"), value) is { } range ? new(column, range) : null;
        if (ColumnOf(right) is { } turned && Constant(left) is { } bound)
            return Range(Turned(condition.Text("type")), bound) is { } range ? new(turned, range) : null;
        return null;
    }

    private static BlockComparison? Between(JsonElement condition) =>
        condition.Child("input") is { } input && ColumnOf(input) is { } column
        && condition.Child("lower") is { } lower && Constant(lower) is { } from
        && condition.Child("upper") is { } upper && Constant(upper) is { } to
            ? new(column, new BlockRange(from, to))
            : null;

    private static BlockComparison? In(JsonElement condition)
    {
        var children = condition.Items("children").ToList();
        if (children.Count < 2 || ColumnOf(children[0]) is not { } column)
            return null;
        var values = children.Skip(1).Select(Constant).ToList();
        return values.Contains(null) ? null : new(column, new BlockRange(values.Min()!.Value, values.Max()!.Value));
    }

    private static BlockRange? Range(string type, ulong value) => type switch
    {
        "COMPARE_EQUAL" => new BlockRange(value, value),
        "COMPARE_GREATERTHAN" => value == ulong.MaxValue ? _none : new BlockRange(value + 1, ulong.MaxValue),
        "COMPARE_GREATERTHANOREQUALTO" => new BlockRange(value, ulong.MaxValue),
        "COMPARE_LESSTHAN" => value == 0 ? _none : new BlockRange(0, value - 1),
        "COMPARE_LESSTHANOREQUALTO" => new BlockRange(0, value),
        _ => null,
    };

    private static string Turned(string type) => type switch
    {
        "COMPARE_GREATERTHAN" => "COMPARE_LESSTHAN",
        "COMPARE_GREATERTHANOREQUALTO" => "COMPARE_LESSTHANOREQUALTO",
        "COMPARE_LESSTHAN" => "COMPARE_GREATERTHAN",
        "COMPARE_LESSTHANOREQUALTO" => "COMPARE_GREATERTHANOREQUALTO",
        _ => type,
    };

    /// <summary>The column that an expression is, as written; null for any other.</summary>
    public static List<string>? ColumnOf(JsonElement? expression) =>
        expression is { } e && e.Text("class") == "COLUMN_REF" && e.Texts("column_names").ToList() is { Count: > 0 } names ? names : null;

    private static ulong? Constant(JsonElement expression) =>
        expression.Text("class") == "CONSTANT" && expression.Child("value") is { } value
        && value.Child("type")?.Text("id") is "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "UBIGINT" or "HUGEINT"
        && value.TryGetProperty("value", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetUInt64(out var result)
            ? result
            : null;
}
