using System.Text.Json;
using Amp.Query.Functions;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.Query.Sql;

/// <summary>The Arrow type of an expression where its origin fixes it: a plain column, a literal, an aggregate that hands a column's values on.</summary>
internal static class ExpressionType
{
    private static readonly HashSet<string> _handOn = new(EngineName.Comparer)
    {
        "min", "max", "any_value", "arbitrary", "first", "last", "mode", "arg_min", "arg_max", "min_by", "max_by",
        "nullif", "lag", "lead", "first_value", "last_value", "nth_value",
    };

    private static readonly HashSet<string> _fields = new(EngineName.Comparer) { "struct_extract", "array_extract" };

    private static readonly HashSet<string> _arithmetic = new(StringComparer.Ordinal) { "+", "-", "*", "/", "//", "%" };

    public static OutputColumn Of(JsonElement expression, IReadOnlyList<Relation> scope)
    {
        var found = Origin(expression, scope);
        var alias = expression.Text("alias");
        return alias.Length > 0 ? found with { Name = alias } : found;
    }

    private static OutputColumn Origin(JsonElement expression, IReadOnlyList<Relation> scope) => expression.Text("class") switch
    {
        "COLUMN_REF" => Column([.. expression.Texts("column_names")], scope),
        "CONSTANT" when IsIntegerLiteral(expression) => new OutputColumn("", Int64Type.Default, false),
        "FUNCTION" or "WINDOW" => Function(expression, scope),
        "CASE" => OfCase(expression, scope),
        "OPERATOR" when expression.Text("type") is "ARRAY_EXTRACT" or "STRUCT_EXTRACT" => Field([.. expression.Items("children")], scope),
        "OPERATOR" when expression.Text("type") == "OPERATOR_COALESCE" => Alike(expression.Items("children"), scope),
        _ => OutputColumn.Computed(""),
    };

    private static OutputColumn Field(List<JsonElement> arguments, IReadOnlyList<Relation> scope) =>
        arguments.Count == 2 && arguments[1].LiteralText() is { } field ? new OutputColumn("", FieldOf(Of(arguments[0], scope).Type, field), true) : OutputColumn.Computed("");

    private static IArrowType? FieldOf(IArrowType? type, string field) =>
        (type as StructType)?.Fields.FirstOrDefault(f => EngineName.Same(f.Name, field))?.DataType;

    private static OutputColumn Column(List<string> names, IReadOnlyList<Relation> scope)
    {
        var column = names[^1];
        List<OutputColumn> found = names.Count switch
        {
            1 => [.. scope.Where(r => !r.Hidden.Contains(column)).Select(r => r.Find(column)).OfType<OutputColumn>()],
            2 => [.. scope.Where(r => r.IsCalled(null, names[0])).Select(r => r.Find(column)).OfType<OutputColumn>()],
            3 or 4 => [.. scope.Where(r => r.IsCalled(names[^3], names[^2])).Select(r => r.Find(column)).OfType<OutputColumn>()],
            _ => [],
        };
        if (found.Count == 0 && names.Count > 1 && Column(names[..^1], scope).Type is StructType parent)
            return new OutputColumn(column, FieldOf(parent, column), true);
        return found.Count == 1 ? found[0] : OutputColumn.Computed(column);
    }

    private static OutputColumn Function(JsonElement function, IReadOnlyList<Relation> scope)
    {
        var name = function.Text("function_name");
        var arguments = function.Items("children").ToList();
        if (arguments.Count == 0)
            return OutputColumn.Computed("");
        if (EvmFunctions.IsBySignature(name))
            return new OutputColumn("", EvmFunctions.Compile(name, EvmFunctions.SignatureOf(function)).Result, true);
        if (_fields.Contains(name))
            return Field(arguments, scope);
        if (_handOn.Contains(name) && arguments.Count > 2 && name is "lag" or "lead")
            return Alike([arguments[0], arguments[2]], scope);
        if (_handOn.Contains(name))
            return Of(arguments[0], scope) with { Name = "", Nullable = true };
        if (EngineName.Same(name, "nvl"))
            return Alike(arguments, scope);
        if ((EngineName.Same(name, "array_agg") || EngineName.Same(name, "list")) && Of(arguments[0], scope).Type is { } element)
            return new OutputColumn("", new ListType(new Field("element", element, nullable: true)), true);
        if (EngineName.Same(name, "sum"))
            return new OutputColumn("", SumType(Of(arguments[0], scope).Type), true);
        if (_arithmetic.Contains(name) && arguments.All(a => Of(a, scope).Type is Int64Type))
            return new OutputColumn("", Int64Type.Default, true);
        return OutputColumn.Computed("");
    }

    // DuckDB sums integers in 128 bits; clients of such lakes expect the 64 bits that other engines give.
    private static IArrowType? SumType(IArrowType? type) => type switch
    {
        UInt8Type or UInt16Type or UInt32Type or UInt64Type => UInt64Type.Default,
        Int8Type or Int16Type or Int32Type or Int64Type => Int64Type.Default,
        _ => null,
    };

    private static OutputColumn OfCase(JsonElement expression, IReadOnlyList<Relation> scope)
    {
        var branches = expression.Items("case_checks").Select(c => c.Child("then_expr")).OfType<JsonElement>().ToList();
        if (expression.Child("else_expr") is { } otherwise && !IsNull(otherwise))
            branches.Add(otherwise);
        return Alike(branches, scope);
    }

    /// <summary>The type that all of the expressions have.</summary>
    public static OutputColumn Alike(IEnumerable<JsonElement> expressions, IReadOnlyList<Relation> scope)
    {
        var types = expressions.Where(e => !IsNull(e)).Select(e => Of(e, scope).Type).ToList();
        return types.Count > 0 && types.All(t => t is not null && TypeText.Of(t) == TypeText.Of(types[0]!))
            ? new OutputColumn("", types[0], true)
            : OutputColumn.Computed("");
    }

    private static bool IsNull(JsonElement expression) =>
        expression.Child("value") is { } value && value.TryGetProperty("is_null", out var isNull) && isNull.ValueKind == JsonValueKind.True;

    private static bool IsIntegerLiteral(JsonElement constant) =>
        !IsNull(constant) && constant.Child("value")?.Child("type")?.Text("id") == "INTEGER";
}
