using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Amp.Shared.Faults;
using Ctes = System.Collections.Immutable.ImmutableDictionary<string, Amp.Query.Sql.SizedColumns>;

namespace Amp.Query.Sql;

/// <summary>
/// Refuses queries whose expressions may make values far larger than the data they come from. DuckDB works on 2,048 rows at once and
/// neither counts the memory of such values nor hears an interrupt while it makes them: repeat('x', 1000000000) ran for 8.7 seconds
/// under a limit of one. So sizes are estimated before anything runs, through subqueries and CTEs.
/// </summary>
internal sealed class GrowthGuard
{
    /// <summary>Bytes of one value: with 2,048 rows a quarter of a GiB.</summary>
    public const int MaxValueBytes = 128 * 1024;

    /// <summary>Bytes of the computed values of one row.</summary>
    public const int MaxRowBytes = 2 * MaxValueBytes;

    /// <summary>Bytes of the large values of all expressions, for one row of each.</summary>
    public const int MaxQueryBytes = 4 * MaxValueBytes;

    private const int MaxColumns = 10_000;

    /// <summary>Expressions looked at; recursion multiplies them.</summary>
    private const int MaxSteps = 5_000_000;

    // A value that doubles with each round is above the limit after twelve.
    private const int Rounds = 16;

    private static readonly Ctes _noCtes = Ctes.Empty.WithComparers(EngineName.Comparer);

    private readonly ExpressionSizes _expressions;
    private int _steps;

    private GrowthGuard() => _expressions = new ExpressionSizes(Node, Step);

    public static void Check(ParsedQuery query) => new GrowthGuard().Node(query.Node, null, _noCtes);

    private void Step()
    {
        if (++_steps > MaxSteps)
            throw TooLarge($"The query has too many expressions to be checked: more than {MaxSteps}, where those of a recursion count for each of {Rounds} rounds.");
    }

    private SizedColumns Node(JsonElement node, SizeScope? outer, Ctes ctes)
    {
        foreach (var entry in node.Child("cte_map")?.Items("map") ?? [])
        {
            if (entry.Child("value") is { } cte && cte.Child("query")?.Child("node") is { } body)
                ctes = ctes.SetItem(entry.Text("key"), Node(body, outer, ctes).Renamed([.. cte.Texts("aliases")]));
        }

        return node.Text("type") switch
        {
            "SELECT_NODE" => Select(node, outer, ctes),
            "RECURSIVE_CTE_NODE" => Recursion(node, outer, ctes),
            _ => Any(node, outer, ctes),
        };
    }

    private SizedColumns Recursion(JsonElement node, SizeScope? outer, Ctes ctes)
    {
        var (left, right) = (node.Child("left"), node.Child("right"));
        if (left is null || right is null)
            return Any(node, outer, ctes);
        var name = node.Text("cte_name");
        string[] aliases = [.. node.Texts("aliases")];
        var rows = Node(left.Value, outer, ctes).Renamed(aliases);
        for (var i = 0; i < Rounds; i++)
        {
            var more = Node(right.Value, outer, ctes.SetItem(name, rows)).Renamed(aliases).Or(rows);
            if (more.Largest <= rows.Largest)
                return more;
            rows = more;
        }

        return rows;
    }

    // UNION and the like: rows of each part.
    private SizedColumns Any(JsonElement node, SizeScope? outer, Ctes ctes)
    {
        SizedColumns? rows = null;
        var scope = new SizeScope([], outer);
        foreach (var property in node.EnumerateObject())
        {
            var children = property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray().ToList() : [property.Value];
            foreach (var child in children)
            {
                if (property.Name != "cte_map" && child.Text("type").EndsWith("_NODE", StringComparison.Ordinal))
                    rows = Node(child, outer, ctes) is var part && rows is null ? part : rows!.Or(part);
                else if (property.Name != "cte_map")
                    _expressions.CheckAll(child, scope, ctes);
            }
        }

        return rows ?? SizedColumns.Table;
    }

    private SizedColumns Select(JsonElement node, SizeScope? outer, Ctes ctes)
    {
        var sources = new List<SizedColumns>();
        if (node.Child("from_table") is { } from)
            From(from, new SizeScope(sources, outer), sources, ctes);
        var scope = new SizeScope(sources, outer);
        var columns = new List<(string Name, double Bytes)>();
        double row = 0;
        double others = 0;
        var width = 0;
        foreach (var item in node.Items("select_list"))
        {
            var bytes = _expressions.Of(item, scope, ctes);
            if (_expressions.HasStar(item))
            {
                width += scope.Width;
                columns.AddRange(scope.Columns.Select(c => (c.Name, Math.Max(c.Bytes, item.Text("class") == "STAR" ? 0 : bytes))));
                others = Math.Max(others, item.Text("class") == "STAR" ? scope.Others : bytes);
            }
            else
            {
                var name = item.Text("alias") is { Length: > 0 } alias ? alias : item.Texts("column_names").LastOrDefault() ?? "";
                scope.Name(item.Text("alias"), bytes);
                columns.Add((name, bytes));
                width++;
                row += bytes;
            }

            if (width > MaxColumns)
                throw TooLarge($"A SELECT of the query has more than {MaxColumns} columns.");
        }

        if (row > MaxRowBytes)
            throw TooLarge($"The computed values of one row may take about {row:F0} bytes; at most {MaxRowBytes} are allowed: compute fewer or shorter values.");
        foreach (var property in node.EnumerateObject().Where(p => p.Name is not ("select_list" or "from_table" or "cte_map" or "sample")))
            _expressions.CheckAll(property.Value, scope, ctes);
        return new SizedColumns(columns, others, width);
    }

    private void From(JsonElement source, SizeScope scope, List<SizedColumns> sources, Ctes ctes)
    {
        string[] aliases = [.. source.Texts("column_name_alias")];
        switch (source.Text("type"))
        {
            case "BASE_TABLE":
                var known = source.Text("schema_name").Length == 0 && ctes.TryGetValue(source.Text("table_name"), out var cte) ? cte : SizedColumns.Table;
                sources.Add(known.Renamed(aliases));
                break;
            case "SUBQUERY" when source.Child("subquery")?.Child("node") is { } node:
                sources.Add(Node(node, scope, ctes).Renamed(aliases));
                break;
            case "JOIN":
                foreach (var side in new[] { source.Child("left"), source.Child("right") }.OfType<JsonElement>())
                    From(side, scope, sources, ctes);
                foreach (var property in source.EnumerateObject().Where(p => p.Name is not ("left" or "right")))
                    _expressions.CheckAll(property.Value, scope, ctes);
                break;
            case "TABLE_FUNCTION" when source.Child("function") is { } function:
                sources.Add(new SizedColumns([], _expressions.OfRows(function, scope, ctes), 2).Renamed(aliases));
                break;
            case "EXPRESSION_LIST":
                double largest = 0;
                var width = 0;
                foreach (var row in source.Items("values"))
                {
                    width = Math.Max(width, row.GetArrayLength());
                    largest = Math.Max(largest, row.EnumerateArray().Max(e => _expressions.Of(e, scope, ctes)));
                }

                sources.Add(new SizedColumns([], largest, width).Renamed(aliases));
                break;
            default:
                _expressions.CheckAll(source, scope, ctes);
                break;
        }
    }

    public static AmpException TooLarge(FormattableString message) =>
        new(ErrorCode.ResourcesExhausted, message.ToString(CultureInfo.InvariantCulture));
}
