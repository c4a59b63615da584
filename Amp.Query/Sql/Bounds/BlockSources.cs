using System.Collections.Immutable;
using System.Text.Json;
using Amp.Query.Catalog;
using Amp.Shared.Chain;

namespace Amp.Query.Sql.Bounds;

/// <summary>The sources of a SELECT's FROM, and which of their columns hold block numbers of a table as they are.</summary>
/// <param name="from">The FROM.</param>
/// <param name="ctes">The queries that a name without a schema means.</param>
/// <param name="ownOnly">Whether <c>block_num</c> may be anything, so that <c>_block_num</c> alone counts.</param>
/// <param name="depth">How many SELECTs it stands in, of those through which a column was followed.</param>
internal sealed class BlockSources(JsonElement from, ImmutableDictionary<string, BlockCte> ctes, bool ownOnly, int depth = 0)
{
    /// <summary>Columns are followed through so many SELECTs: a thousand that read each other would take seconds.</summary>
    private const int MaxDepth = 8;

    private readonly List<JsonElement> _sources = [.. Leaves(from)];

    /// <summary>The names of columns that may hold block numbers.</summary>
    public static IReadOnlyList<string> Names { get; } = [BlockColumns.Own, BlockColumns.Raw];

    /// <summary>What conditions joined by AND say.</summary>
    /// <param name="condition">The conditions; null for none.</param>
    /// <param name="isWhere">Whether they see the whole FROM; those of a join see a part, in which a name alone may be another column.</param>
    public IEnumerable<BlockFact> Facts(JsonElement? condition, bool isWhere)
    {
        if (condition is not { } c)
            return [];
        if (c.Text("type") == "CONJUNCTION_AND")
            return c.Items("children").SelectMany(x => Facts(x, isWhere));
        if (BlockComparison.Read(c) is { } comparison)
            return Fact(comparison.Column, comparison.Blocks, isWhere);
        return c.Text("type") == "COMPARE_EQUAL" && Column(BlockComparison.ColumnOf(c.Child("left")), isWhere) is { } left && Column(BlockComparison.ColumnOf(c.Child("right")), isWhere) is { } right
            ? [new BlockFact(left, right, BlockBounds.All)]
            : [];
    }

    /// <summary>That a column, as it is written, lies in a range; nothing where it is no column of block numbers.</summary>
    public IEnumerable<BlockFact> Fact(IReadOnlyList<string> column, BlockRange blocks, bool isWhere = true) =>
        Column(column, isWhere) is { } resolved ? [new BlockFact(resolved, null, blocks)] : [];

    private IEnumerable<BlockFact> Using(JsonElement join, int first)
    {
        foreach (var name in join.Texts("using_columns"))
        {
            if (join.Child("left") is { } left && join.Child("right") is { } right
                && Shown(left, first, name) is { } one && Shown(right, first + Leaves(left).Count(), name) is { } other
                && ColumnOf(one, name) is { } equal && ColumnOf(other, name) is { } equals)
                yield return new BlockFact(equal, equals, BlockBounds.All);
        }
    }

    /// <summary>What is true of all rows of a part of the FROM, because conditions in it let no others pass.</summary>
    /// <param name="part">The part.</param>
    /// <param name="first">The place of its first source.</param>
    public IEnumerable<BlockFact> Holding(JsonElement part, int first)
    {
        if (part.Text("type") != "JOIN" || part.Child("left") is not { } left || part.Child("right") is not { } right)
            return Names.Select(n => (Column: ColumnOf(first, n), Blocks: Within(first, n) ?? BlockBounds.All)).Where(c => c.Column is not null).Select(c => new BlockFact(c.Column!.Value, null, c.Blocks));
        return (IsOrdinary(part), part.Text("join_type")) switch
        {
            (true, "INNER") => OfJoin(part, first),
            (true, "LEFT") => Holding(left, first),
            (true, "RIGHT") => Holding(right, first + Leaves(left).Count()),
            _ => [],
        };
    }

    /// <summary>What is true of two rows that a join makes partners.</summary>
    public IEnumerable<BlockFact> OfJoin(JsonElement join, int first) => join.Child("left") is { } left && join.Child("right") is { } right
        ? [.. Facts(join.Child("condition"), isWhere: false), .. Using(join, first), .. Holding(left, first), .. Holding(right, first + Leaves(left).Count())]
        : [];

    /// <summary>Whether a row that is left out changes the partner of no other: in ASOF and positional joins it does.</summary>
    public static bool IsOrdinary(JsonElement join) => join.Text("ref_type") is "REGULAR" or "NATURAL" or "CROSS";

    /// <summary>Between which blocks rows of a source can matter, by its column of that name.</summary>
    public BlockRange Bounds(int source, string name, IReadOnlyList<BlockFact> facts)
    {
        if (ColumnOf(source, name) is not { } column)
            return BlockBounds.All;
        var same = new HashSet<SourceColumn> { column };
        while (facts.Any(f => f.Equal is { } equal && (same.Contains(f.Column) ? same.Add(equal) : same.Contains(equal) && same.Add(f.Column))))
        {
        }

        return facts.Where(f => same.Contains(f.Column)).Aggregate(
            BlockBounds.All, (b, f) => new BlockRange(Math.Max(b.Start, f.Blocks.Start), Math.Min(b.End, f.Blocks.End)));
    }

    /// <summary>The sources of a part of a FROM, in their order.</summary>
    public static IEnumerable<JsonElement> Leaves(JsonElement source) => source.Text("type") == "JOIN"
        ? new[] { source.Child("left"), source.Child("right") }.OfType<JsonElement>().SelectMany(Leaves)
        : [source];

    private SourceColumn? Column(List<string>? column, bool isWhere) => column is null ? null : Column((IReadOnlyList<string>)column, isWhere);

    private SourceColumn? Column(IReadOnlyList<string> column, bool isWhere)
    {
        var source = column.Count > 1 ? Called(column.Count > 2 ? column[^3] : null, column[^2])
            : isWhere || _sources.Count == 1 ? Shown(from, 0, column[^1]) : null;
        return source is { } s ? ColumnOf(s, column[^1]) : null;
    }

    // The one source of that name: two datasets may have tables of one name.
    private int? Called(string? schema, string name)
    {
        var index = _sources.FindIndex(s => IsCalled(s, schema, name));
        return index >= 0 && _sources.FindLastIndex(s => IsCalled(s, schema, name)) == index ? index : null;
    }

    // An alias hides the names of table and schema.
    private static bool IsCalled(JsonElement source, string? schema, string name) => source.Text("alias") is { Length: > 0 } alias
        ? schema is null && Relation.Same(alias, name)
        : Relation.Same(source.Text("table_name"), name) && (schema is null || Relation.Same(source.Text("schema_name"), schema));

    // Of which source a name alone is the column: there is one, or USING makes one column of two.
    private static int? Shown(JsonElement source, int first, string name)
    {
        if (source.Text("type") != "JOIN")
            return first;
        if (source.Child("left") is not { } left || source.Child("right") is not { } right || !source.Texts("using_columns").Any(c => EngineName.Same(c, name)))
            return null;
        return source.Text("join_type") switch
        {
            "INNER" or "LEFT" => Shown(left, first, name),
            "RIGHT" => Shown(right, first + Leaves(left).Count(), name),
            _ => null,
        };
    }

    private SourceColumn? ColumnOf(int source, string name)
    {
        if (!EngineName.Same(name, BlockColumns.Own) && (ownOnly || !EngineName.Same(name, BlockColumns.Raw)))
            return null;
        if (_sources[source].Text("type") == "BASE_TABLE" && _sources[source].Text("schema_name").Length > 0)
            name = BlockColumns.Own;
        return Within(source, name) is null ? null : new SourceColumn(source, EngineName.Fold(name));
    }

    /// <summary>Between which blocks all values of a source's column lie by its own conditions; null where it is no block number of a table as it is.</summary>
    private BlockRange? Within(int source, string name)
    {
        var element = _sources[source];

        // Renamed columns may call anything _block_num.
        if (element.Texts("column_name_alias").Any())
            return null;
        return element.Text("type") switch
        {
            "BASE_TABLE" when element.Text("schema_name").Length > 0 => BlockBounds.All,
            "BASE_TABLE" when ctes.TryGetValue(element.Text("table_name"), out var cte) && !cte.IsRenamed => cte.Within(EngineName.Fold(name), n => Within(cte.Node, cte.Before, n)),
            "SUBQUERY" when element.Child("subquery")?.Child("node") is { } node => Within(node, ctes, name),
            _ => null,
        };
    }

    // Computed columns are of any type, and equal numbers of other types may differ as block numbers.
    private BlockRange? Within(JsonElement node, ImmutableDictionary<string, BlockCte> before, string name)
    {
        if (depth >= MaxDepth || SimpleSelect.Origin(node, name) is not { } origin || node.Child("from_table") is not { } inner)
            return null;
        var sources = new BlockSources(inner, BlockBounds.WithCtes(node, before), ownOnly, depth + 1);
        return sources.Column(origin, isWhere: true) is { } column
            ? sources.Bounds(column.Source, column.Name, [.. sources.Facts(node.Child("where_clause"), isWhere: true), .. sources.Holding(inner, 0)])
            : null;
    }
}
