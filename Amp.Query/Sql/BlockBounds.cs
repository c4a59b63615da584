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
                VisitFrom(from, [.. Conjuncts(element.Child("where_clause"))], Tables(from).Count());
            else if (element.Text("type") == "BASE_TABLE")
                Widen(element, _all);
            foreach (var property in element.EnumerateObject())
            {
                if (!isSelect || property.Name != "from_table")
                    Visit(property.Value);
            }
        }
    }

    private void VisitFrom(JsonElement source, List<JsonElement> conjuncts, int sources)
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

    private static BlockRange Bounds(JsonElement table, List<JsonElement> conjuncts, int sources)
    {
        // Renamed columns may call anything _block_num.
        if (table.Texts("column_name_alias").Any())
            return _all;
        var alias = table.Text("alias") is { Length: > 0 } given ? given : table.Text("table_name");
        var bounds = _all;
        foreach (var conjunct in conjuncts)
        {
            if (BlockComparison.Read(conjunct) is not { } comparison || !Names(comparison.Column, alias, sources))
                continue;
            bounds = new BlockRange(Math.Max(bounds.Start, comparison.Blocks.Start), Math.Min(bounds.End, comparison.Blocks.End));
        }

        return bounds;
    }

    // A column without its table's name is this table's only when there is no other source it could come from.
    private static bool Names(IReadOnlyList<string> column, string alias, int sources) =>
        (Relation.Same(column[^1], BlockColumns.Own) || Relation.Same(column[^1], BlockColumns.Raw))
        && (column.Count == 1 ? sources == 1 : Relation.Same(column[^2], alias));

    private static IEnumerable<JsonElement> Conjuncts(JsonElement? condition)
    {
        if (condition is not { } c)
            return [];
        return c.Text("type") == "CONJUNCTION_AND" ? c.Items("children").SelectMany(x => Conjuncts(x)) : [c];
    }

    private static IEnumerable<JsonElement> Tables(JsonElement source) => source.Text("type") == "JOIN"
        ? new[] { source.Child("left"), source.Child("right") }.OfType<JsonElement>().SelectMany(Tables)
        : [source];

    private static (string, string) Key(string schema, string table) => (schema.ToUpperInvariant(), table.ToUpperInvariant());
}
