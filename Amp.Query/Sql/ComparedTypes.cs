using System.Text.Json;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;
using CteColumns = System.Collections.Immutable.ImmutableDictionary<
    string, System.Collections.Generic.IReadOnlyList<Amp.Query.Sql.OutputColumn>?>;

namespace Amp.Query.Sql;

/// <summary>
/// Refuses comparisons that the engine makes and nobody means: of bytes with a text of hex digits, whose signs it would take for bytes, so that no row is equal; of a text with an
/// integer, which it would cast each text to, so that the first of 256 bits ends the query.
/// </summary>
internal sealed class ComparedTypes
{
    private readonly OutputColumns _columns;

    private ComparedTypes(OutputColumns columns) => _columns = columns;

    /// <param name="query">The query.</param>
    /// <param name="tables">Columns of a table by schema and name, in any case.</param>
    public static void Check(ParsedQuery query, Func<string, string, Schema?> tables) => new ComparedTypes(new OutputColumns(tables)).Visit(query.Node, [], OutputColumns.NoCtes);

    private void Visit(JsonElement element, IReadOnlyList<Relation> scope, CteColumns ctes)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Visit(item, scope, ctes);
        }
        else if (element.ValueKind == JsonValueKind.Object && element.Text("class") != "CONSTANT")
        {
            if (element.TryGetProperty("cte_map", out _))
                ctes = _columns.WithCtes(element, ctes);
            if (element.Text("type") == "SELECT_NODE")
                scope = element.Child("from_table") is { } from ? _columns.From(from, ctes) : [];
            CheckOperands(element, scope);
            foreach (var property in element.EnumerateObject())
                Visit(property.Value, scope, ctes);
        }
    }

    private static void CheckOperands(JsonElement expression, IReadOnlyList<Relation> scope)
    {
        JsonElement?[] operands = expression.Text("class") switch
        {
            "COMPARISON" => [expression.Child("left"), expression.Child("right")],
            "BETWEEN" => [expression.Child("input"), expression.Child("lower"), expression.Child("upper")],
            "OPERATOR" when expression.Text("type") is "COMPARE_IN" or "COMPARE_NOT_IN" => [.. expression.Items("children")],
            _ => [],
        };
        var constants = operands.OfType<JsonElement>().Where(o => o.Text("class") == "CONSTANT").ToList();
        var texts = constants.Select(c => c.LiteralText()).OfType<string>().Where(t => HexDigits(t) is not null).ToList();
        var number = constants.Select(IntegerText).FirstOrDefault(n => n is not null);
        if (texts.Count == 0 && number is null)
            return;
        foreach (var operand in operands.OfType<JsonElement>().Where(o => o.Text("class") != "CONSTANT"))
        {
            var type = ExpressionType.Of(operand, scope).Type;
            if (Width(type) is { } width && texts.Find(t => IsMeantAsBytes(t, width)) is { } text)
                throw Refused($"'{text}' is a text, and what it is compared with are bytes{NameOf(operand)}: write x'{HexDigits(text)}'.");
            if (type is StringType && number is not null)
            {
                throw Refused(
                    $"{number} is a number, and what it is compared with is a text{NameOf(operand)}: write '{number}' where they are to be equal, CAST(x AS DECIMAL(38,0)) for texts of at most 38 digits, or lpad(x, 78, '0') and lpad('{number}', 78, '0') to order numbers of 256 bits.");
            }
        }
    }

    private static string NameOf(JsonElement operand) => operand.Texts("column_names").LastOrDefault() is { } name ? $" (\"{name}\")" : "";

    private static AmpException Refused(string message) => new(ErrorCode.InvalidPlan, message);

    private static string? IntegerText(JsonElement constant) =>
        constant.Child("value") is { } value && value.Child("type")?.Text("id") is "INTEGER" or "BIGINT" && value.TryGetProperty("value", out var number) ? number.GetRawText() : null;

    // Without 0x before them, signs that happen to be hex digits may be bytes themselves, but for as many as the column's bytes have.
    private static bool IsMeantAsBytes(string text, int width) => HexDigits(text) is { } digits && (digits.Length < text.Length || digits.Length == 2 * width);

    private static string? HexDigits(string text)
    {
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return digits.Length > 0 && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? digits : null;
    }

    /// <summary>Of bytes how many they are, zero for any number; null for other types.</summary>
    private static int? Width(IArrowType? type) => type switch
    {
        FixedSizeBinaryType bytes => bytes.ByteWidth,
        BinaryType => 0,
        _ => null,
    };
}
