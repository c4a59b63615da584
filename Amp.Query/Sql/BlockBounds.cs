using System.Text.Json;
using Amp.Query.Catalog;
using Amp.Shared.Chain;

namespace Amp.Query.Sql;

/// <summary>
/// Between which blocks each table of a query can have rows that matter: comparisons of <c>_block_num</c> or <c>block_num</c> with constants,
/// joined by AND in the WHERE of the SELECT that reads the table. Such a comparison drops rows where the table's side of an
/// outer join is null, so files outside of it can be left out before any join.
/// </summary>
internal sealed class BlockBounds
{
    private static readonly BlockRange _all = new(0, ulong.MaxValue);

    private readonly Dictionary<(string, string), BlockRange> _bounds = [];

    private BlockBounds()
    {
    }

    public static BlockBounds Of(ParsedQuery query)
    {
        var bounds = new BlockBounds();
        bounds.Visit(query.Node);
        return bounds;
    }

    /// <summary>The bounds of a table over all its places in the query; a start above the end when no row can matter.</summary>
    public BlockRange For(TableReference table) => _bounds.GetValueOrDefault(Key(table.Schema, table.Table), _all);

    private void Visit(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Visit(item);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            var isSelect = element.Text("type") == "SELECT_NODE";
            if (isSelect && element.Child("from_table") is { } from)
                VisitFrom(from, [.. Conjuncts(element.Child("where_clause"))], [.. Tables(from)]);
            else if (element.Text("type") == "BASE_TABLE")
                Widen(element, _all);
            foreach (var property in element.EnumerateObject())
            {
                if (!isSelect || property.Name != "from_table")
                    Visit(property.Value);
            }
        }
    }

    private void VisitFrom(JsonElement source, List<JsonElement> conjuncts, IReadOnlyList<JsonElement> sources)
    {
        switch (source.Text("type"))
        {
            case "BASE_TABLE":
                Widen(source, Bounds(source, conjuncts, sources));
                break;
            case "JOIN":
                // In ASOF and positional joins a row that is left out changes the partner of another.
                var safe = source.Text("ref_type") is "REGULAR" or "NATURAL" or "CROSS";
                foreach (var side in new[] { source.Child("left"), source.Child("right") })
                {
                    if (side is { } s)
                        VisitFrom(s, safe ? conjuncts : [], sources);
                }

                if (source.Child("condition") is { } condition)
                    Visit(condition);
                break;
            default:
                Visit(source);
                break;
        }
    }

    private void Widen(JsonElement table, BlockRange bounds)
    {
        var key = Key(table.Text("schema_name"), table.Text("table_name"));
        if (!_bounds.TryGetValue(key, out var known) || known.Start > known.End)
            _bounds[key] = bounds;
        else if (bounds.Start <= bounds.End)
            _bounds[key] = new BlockRange(Math.Min(known.Start, bounds.Start), Math.Max(known.End, bounds.End));
    }

    private static BlockRange Bounds(JsonElement table, List<JsonElement> conjuncts, IReadOnlyList<JsonElement> sources)
    {
        // Renamed columns may call anything _block_num.
        if (table.Texts("column_name_alias").Any())
            return _all;
        var bounds = _all;
        foreach (var conjunct in conjuncts)
        {
            if (BlockComparison.Read(conjunct) is not { } comparison || !Names(comparison.Column, table, sources))
                continue;
            bounds = new BlockRange(Math.Max(bounds.Start, comparison.Blocks.Start), Math.Min(bounds.End, comparison.Blocks.End));
        }

        return bounds;
    }

    // A column is this table's only when there is no other source it could come from: two datasets may have tables of one name.
    private static bool Names(IReadOnlyList<string> column, JsonElement table, IReadOnlyList<JsonElement> sources)
    {
        if (!Relation.Same(column[^1], BlockColumns.Own) && !Relation.Same(column[^1], BlockColumns.Raw))
            return false;
        var schema = column.Count > 2 ? column[^3] : null;
        return column.Count == 1
            ? sources.Count == 1
            : IsCalled(table, schema, column[^2]) && sources.Count(s => IsCalled(s, schema, column[^2])) == 1;
    }

    // An alias hides the names of table and schema.
    private static bool IsCalled(JsonElement source, string? schema, string name) => source.Text("alias") is { Length: > 0 } alias
        ? schema is null && Relation.Same(alias, name)
        : Relation.Same(source.Text("table_name"), name) && (schema is null || Relation.Same(source.Text("schema_name"), schema));

    private static IEnumerable<JsonElement> Conjuncts(JsonElement? condition)
    {
        if (condition is not { } c)
            return [];
        return c.Text("type") == "CONJUNCTION_AND" ? c.Items("children").SelectMany(x => Conjuncts(x)) : [c];
    }

    private static IEnumerable<JsonElement> Tables(JsonElement source) => source.Text("type") == "JOIN"
        ? new[] { source.Child("left"), source.Child("right") }.OfType<JsonElement>().SelectMany(Tables)
        : [source];

    private static (string, string) Key(string schema, string table) => (EngineName.Fold(schema), EngineName.Fold(table));
}
