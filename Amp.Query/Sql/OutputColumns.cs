using System.Globalization;
using System.Text.Json;
using Apache.Arrow;
using CteColumns = System.Collections.Immutable.ImmutableDictionary<
    string, System.Collections.Generic.IReadOnlyList<Amp.Query.Sql.OutputColumn>?>;

namespace Amp.Query.Sql;

/// <summary>
/// Follows each output column of a query back to the table column it came from, because DuckDB forgets what tables declare: bytes of
/// fixed length, nanoseconds, which columns are never null.
/// </summary>
internal sealed class OutputColumns
{
    /// <summary>Where no WITH is around.</summary>
    public static CteColumns NoCtes { get; } = CteColumns.Empty.WithComparers(EngineName.Comparer);

    private readonly Func<string, string, Schema?> _tables;

    public OutputColumns(Func<string, string, Schema?> tables) => _tables = tables;

    /// <param name="query">The query.</param>
    /// <param name="tables">Columns of a table by schema and name, in any case.</param>
    /// <returns>The columns in order; null when only the engine can tell how many there are.</returns>
    public static IReadOnlyList<OutputColumn>? Of(ParsedQuery query, Func<string, string, Schema?> tables) =>
        new OutputColumns(tables).OfNode(query.Node, NoCtes);

    private IReadOnlyList<OutputColumn>? OfNode(JsonElement node, CteColumns ctes)
    {
        ctes = WithCtes(node, ctes);
        return node.Text("type") switch
        {
            "SELECT_NODE" => OfSelect(node, ctes),
            "SET_OPERATION_NODE" when node.Text("setop_type") is not "UNION_BY_NAME" => OfSetOperation(node, ctes),
            "RECURSIVE_CTE_NODE" => node.Child("left") is { } first ? OfRecursion(OfNode(first, ctes)) : null,
            _ => null,
        };
    }

    /// <summary>What names mean inside of a query node.</summary>
    public CteColumns WithCtes(JsonElement node, CteColumns ctes)
    {
        foreach (var entry in node.Child("cte_map")?.Items("map") ?? [])
        {
            var columns = entry.Child("value")?.Child("query")?.Child("node") is { } body ? OfNode(body, ctes) : null;
            ctes = ctes.SetItem(entry.Text("key"), Renamed(columns, [.. entry.Child("value")?.Texts("aliases") ?? []]));
        }

        return ctes;
    }

    private List<OutputColumn>? OfSetOperation(JsonElement node, CteColumns ctes)
    {
        var left = node.Child("left") is { } l ? OfNode(l, ctes) : null;
        var right = node.Child("right") is { } r ? OfNode(r, ctes) : null;
        return left is null || right is null || left.Count != right.Count
            ? null
            : [.. left.Zip(right, (a, b) => new OutputColumn(a.Name, SameType(a, b) ? a.Type : null, a.Nullable || b.Nullable))];
    }

    // The first rows say nothing of those that follow: they may be null, or longer.
    private static List<OutputColumn>? OfRecursion(IReadOnlyList<OutputColumn>? first) =>
        first is null ? null : [.. first.Select(c => OutputColumn.Computed(c.Name))];

    private List<OutputColumn>? OfSelect(JsonElement node, CteColumns ctes)
    {
        var scope = node.Child("from_table") is { } from ? From(from, ctes) : [];
        var grouped = node.Items("group_sets").Any(s => s.ValueKind == JsonValueKind.Array && s.GetArrayLength() < node.Items("group_expressions").Count());
        var columns = new List<OutputColumn>();
        foreach (var expression in node.Items("select_list"))
        {
            if (expression.Text("class") == "STAR")
            {
                if (StarColumns.Expand(expression, scope) is not { } expanded)
                    return null;
                columns.AddRange(expanded);
            }
            else
            {
                var column = ExpressionType.Of(expression, scope);
                columns.Add(grouped ? column with { Nullable = true } : column);
            }
        }

        return columns;
    }

    /// <summary>The sources of a FROM.</summary>
    public List<Relation> From(JsonElement source, CteColumns ctes)
    {
        var aliases = source.Texts("column_name_alias").ToList();
        var alias = source.Text("alias");
        switch (source.Text("type"))
        {
            case "BASE_TABLE":
                var (schema, table) = (source.Text("schema_name"), source.Text("table_name"));
                var columns = schema.Length == 0 && ctes.TryGetValue(table, out var cte) ? cte : Declared(_tables(schema, table));
                return [new Relation(alias.Length > 0 ? alias : table, alias.Length > 0 ? null : schema, Renamed(columns, aliases))];
            case "SUBQUERY":
                var inner = source.Child("subquery")?.Child("node") is { } node ? OfNode(node, ctes) : null;
                return [new Relation(alias, null, Renamed(inner, aliases))];
            case "JOIN":
                return Join(source, ctes);
            case "EXPRESSION_LIST":
                return [new Relation(alias, null, Renamed(Values(source), aliases))];
            case "EMPTY":
                return [];
            default:
                return [new Relation(alias, null, null)];
        }
    }

    private static List<OutputColumn> Values(JsonElement list)
    {
        var rows = list.Items("values").Select(r => r.EnumerateArray().ToList()).ToList();
        var names = list.Texts("expected_names").ToList();
        return [.. Enumerable.Range(0, rows.Select(r => r.Count).DefaultIfEmpty().Min()).Select(i =>
            ExpressionType.Alike(rows.Select(r => r[i]), []) with { Name = i < names.Count ? names[i] : string.Create(CultureInfo.InvariantCulture, $"col{i}") })];
    }

    private List<Relation> Join(JsonElement join, CteColumns ctes)
    {
        var left = join.Child("left") is { } l ? From(l, ctes) : [];
        var right = join.Child("right") is { } r ? From(r, ctes) : [];
        var type = join.Text("join_type");
        if (type is "SEMI" or "ANTI")
            return left;
        var shared = SharedColumns(join, left, right);
        if (shared is null)
            return [.. left.Concat(right).Select(x => new Relation(x.Alias, x.Schema, null))];
        if (type is "RIGHT" or "FULL" or "OUTER")
            left = [.. left.Select(x => x.AsNullable())];
        if (type is "LEFT" or "FULL" or "OUTER")
            right = [.. right.Select(x => x.AsNullable())];
        if (shared.Count > 0)
            right = [.. right.Select(x => x with { Hidden = new HashSet<string>(x.Hidden.Union(shared), EngineName.Comparer) })];
        return [.. left, .. right];
    }

    // Null: a natural join with something whose columns are not known.
    private static List<string>? SharedColumns(JsonElement join, List<Relation> left, List<Relation> right)
    {
        if (join.Text("ref_type") != "NATURAL")
            return [.. join.Texts("using_columns")];
        if (left.Concat(right).Any(r => r.Columns is null))
            return null;
        var names = left.SelectMany(r => r.Columns!).Select(c => c.Name).ToHashSet(EngineName.Comparer);
        return [.. right.SelectMany(r => r.Columns!).Select(c => c.Name).Where(names.Contains)];
    }

    private static List<OutputColumn>? Declared(Schema? schema) =>
        schema is null ? null : [.. schema.FieldsList.Select(f => new OutputColumn(f.Name, f.DataType, f.IsNullable))];

    private static IReadOnlyList<OutputColumn>? Renamed(IReadOnlyList<OutputColumn>? columns, List<string> aliases) =>
        columns is null || aliases.Count == 0
            ? columns
            : [.. columns.Select((c, i) => i < aliases.Count ? c with { Name = aliases[i] } : c)];

    private static bool SameType(OutputColumn a, OutputColumn b) =>
        a.Type is not null && b.Type is not null && TypeText.Of(a.Type) == TypeText.Of(b.Type);
}
