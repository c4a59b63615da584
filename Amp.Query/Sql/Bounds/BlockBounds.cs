using System.Collections.Immutable;
using System.Text.Json;
using Amp.Query.Catalog;
using Amp.Shared.Chain;
using Ctes = System.Collections.Immutable.ImmutableDictionary<string, Amp.Query.Sql.Bounds.BlockCte>;

namespace Amp.Query.Sql.Bounds;

/// <summary>
/// Between which blocks each table of a query can have rows that matter, by comparisons of <c>_block_num</c> or <c>block_num</c> with constants, joined by AND, and by equality of such
/// columns: in the WHERE of the SELECT that reads the table, in the ON and USING of its joins, and in SELECTs around it that show its column as it is.
/// </summary>
/// <remarks>
/// What is true of every row that a source contributes to may be asked of the source: the WHERE, and ON of inner joins. An ON of an outer join says nothing of the side whose rows all
/// stay; of the other side it may be asked, as a row for which it is not true is no partner. A row that is left out by a fact of the WHERE may turn its partner's row into one with
/// nulls, for which that same fact is not true.
/// </remarks>
internal sealed class BlockBounds
{
    private static readonly Ctes _noCtes = Ctes.Empty.WithComparers(EngineName.Comparer);

    private readonly Dictionary<(string, string), BlockRange> _bounds = [];
    private readonly bool _ownOnly;

    private BlockBounds(bool ownOnly) => _ownOnly = ownOnly;

    public static BlockRange All { get; } = new(0, ulong.MaxValue);

    /// <param name="query">The query.</param>
    /// <param name="ownOnly">Whether <c>_block_num</c> alone counts: <c>block_num</c> is the same in raw datasets and may be anything in others.</param>
    public static BlockBounds Of(ParsedQuery query, bool ownOnly)
    {
        var bounds = new BlockBounds(ownOnly);
        bounds.Visit(query.Node, _noCtes);
        return bounds;
    }

    /// <summary>The bounds of a table over all its places in the query; a start above the end when no row can matter.</summary>
    public BlockRange For(TableReference table) => _bounds.GetValueOrDefault(Key(table.Schema, table.Table), All);

    /// <summary>The smallest range that holds both, of which one may be empty.</summary>
    public static BlockRange Around(BlockRange one, BlockRange other) => one.Start > one.End ? other
        : other.Start > other.End ? one
        : new BlockRange(Math.Min(one.Start, other.Start), Math.Max(one.End, other.End));

    /// <summary>What names mean inside of a query node.</summary>
    public static Ctes WithCtes(JsonElement node, Ctes outer)
    {
        foreach (var entry in node.Child("cte_map")?.Items("map") ?? [])
        {
            if (entry.Child("value") is { } cte && cte.Child("query")?.Child("node") is { } body)
                outer = outer.SetItem(entry.Text("key"), new BlockCte(body, cte.Texts("aliases").Any(), outer));
        }

        return outer;
    }

    private void Visit(JsonElement element, Ctes ctes)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
                Visit(item, ctes);
        }
        else if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("cte_map", out _))
        {
            VisitNode(element, ctes, []);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.Text("type") == "BASE_TABLE")
                Ask(element, ctes, _ => All);
            foreach (var property in element.EnumerateObject())
                Visit(property.Value, ctes);
        }
    }

    /// <param name="node">A query node.</param>
    /// <param name="outer">What names mean outside.</param>
    /// <param name="asked">Ranges of its columns, by their names, beyond which nobody needs its rows.</param>
    private void VisitNode(JsonElement node, Ctes outer, IReadOnlyList<(string Column, BlockRange Blocks)> asked)
    {
        var ctes = WithCtes(node, outer);
        var from = node.Text("type") == "SELECT_NODE" ? node.Child("from_table") : null;
        if (from is { } f)
        {
            var sources = new BlockSources(f, ctes, _ownOnly);
            var passed = asked.SelectMany(a => SimpleSelect.Origin(node, a.Column) is { } origin ? sources.Fact(origin, a.Blocks) : []);
            var where = node.Child("sample") is null ? node.Child("where_clause") : null;
            VisitFrom(f, 0, [.. sources.Facts(where, isWhere: true), .. passed], sources, ctes);
        }

        foreach (var property in node.EnumerateObject())
        {
            if (property.Name != "cte_map" && (from is null || property.Name != "from_table"))
                Visit(property.Value, property.Name == "right" && node.Text("type") == "RECURSIVE_CTE_NODE" ? WithoutName(ctes, node.Text("cte_name")) : ctes);
        }

        // Each can be named by those behind it, and by what was visited before.
        foreach (var entry in (node.Child("cte_map")?.Items("map") ?? []).Reverse())
        {
            if (ctes.TryGetValue(entry.Text("key"), out var cte))
                VisitNode(cte.Node, cte.Before, [.. BlockSources.Names.Select(n => (n, cte.Asked(n)))]);
        }
    }

    /// <summary>Inside of a recursion its name means its own rows, whatever it means outside.</summary>
    private static Ctes WithoutName(Ctes ctes, string name)
    {
        if (ctes.TryGetValue(name, out var hidden))
        {
            foreach (var column in BlockSources.Names)
                hidden.Ask(column, All);
        }

        return ctes.Remove(name);
    }

    /// <summary>Visits a part of a FROM.</summary>
    /// <returns>The place of the source behind it.</returns>
    private int VisitFrom(JsonElement source, int first, IReadOnlyList<BlockFact> facts, BlockSources sources, Ctes ctes)
    {
        // A sample is taken of all rows: of fewer it would be another.
        if (source.Child("sample") is not null)
            facts = [];
        switch (source.Text("type"))
        {
            case "BASE_TABLE":
                Ask(source, ctes, name => sources.Bounds(first, name, facts));
                return first + 1;
            case "JOIN" when source.Child("left") is { } left && source.Child("right") is { } right:
                var (ofLeft, ofRight) = FactsOfSides(source, first, facts, sources);
                var next = VisitFrom(right, VisitFrom(left, first, ofLeft, sources, ctes), ofRight, sources, ctes);
                if (source.Child("condition") is { } condition)
                    Visit(condition, ctes);
                return next;
            case "SUBQUERY" when source.Child("subquery")?.Child("node") is { } node:
                VisitNode(node, ctes, [.. BlockSources.Names.Select(n => (n, sources.Bounds(first, n, facts)))]);
                return first + 1;
            default:
                Visit(source, ctes);
                return first + 1;
        }
    }

    private static (IReadOnlyList<BlockFact> Left, IReadOnlyList<BlockFact> Right) FactsOfSides(JsonElement join, int first, IReadOnlyList<BlockFact> facts, BlockSources sources)
    {
        if (!BlockSources.IsOrdinary(join))
            return ([], []);
        IReadOnlyList<BlockFact> withOn = [.. facts, .. sources.OfJoin(join, first)];
        return join.Text("join_type") switch
        {
            "INNER" => (withOn, withOn),
            "LEFT" => (facts, withOn),
            "RIGHT" => (withOn, facts),
            _ => (facts, facts),
        };
    }

    private void Ask(JsonElement table, Ctes ctes, Func<string, BlockRange> boundsBy)
    {
        if (table.Text("schema_name").Length > 0)
        {
            var key = Key(table.Text("schema_name"), table.Text("table_name"));
            var bounds = boundsBy(BlockColumns.Own);
            _bounds[key] = _bounds.TryGetValue(key, out var known) ? Around(known, bounds) : bounds;
        }
        else if (ctes.TryGetValue(table.Text("table_name"), out var cte))
        {
            foreach (var name in BlockSources.Names)
                cte.Ask(name, boundsBy(name));
        }
    }

    private static (string, string) Key(string schema, string table) => (EngineName.Fold(schema), EngineName.Fold(table));
}
