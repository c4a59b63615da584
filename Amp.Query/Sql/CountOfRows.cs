using System.Globalization;
using System.Text.Json;
using Amp.Query.Catalog;

namespace Amp.Query.Sql;

/// <summary>
/// <c>SELECT count(*) FROM table</c> and nothing more: the catalogue knows the rows of whole files, so the engine reads those alone that the snapshot cuts.
/// Of 10,000 files it would otherwise read every footer.
/// </summary>
internal static class CountOfRows
{
    /// <returns>What it is called, what is known of it, and the files that are to be read for the rest; null where the query is another one.</returns>
    public static (string Name, long Known, IReadOnlyList<SnapshotFile> Cut)? Of(ParsedQuery query, IReadOnlyList<TableSnapshot> snapshots)
    {
        if (!IsCount(query.Node, out var name) || snapshots.Count != 1 || snapshots[0].Files.Any(f => f.Rows is null))
            return null;
        return (name, snapshots[0].Files.Where(f => f.Cut >= f.End).Sum(f => f.Rows!.Value), [.. snapshots[0].Files.Where(f => f.Cut < f.End)]);
    }

    /// <summary>The query that adds the rows of the table as it is shown to those that are known.</summary>
    public static ParsedQuery Adding(ParsedQuery query, TableReference table, string name, long known) => query with
    {
        Sql = query.Sql with
        {
            Text = string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT CAST({known} + (SELECT count(*) FROM {EngineName.Quoted(table.Schema)}.{EngineName.Quoted(table.Table)}) AS BIGINT) AS {EngineName.Quoted(name)}"),
        },
    };

    private static bool IsCount(JsonElement node, out string name)
    {
        name = "";
        if (node.Text("type") != "SELECT_NODE" || node.Items("modifiers").Any() || node.Items("group_sets").Any() || node.Items("group_expressions").Any()
            || (node.Child("cte_map")?.Items("map").Any() ?? false) || node.Text("aggregate_handling") != "STANDARD_HANDLING"
            || IsThere(node, "where_clause", "having", "qualify", "sample")
            || node.Child("from_table") is not { } table || table.Text("type") != "BASE_TABLE" || table.Texts("column_name_alias").Any() || IsThere(table, "sample", "at_clause"))
            return false;
        var columns = node.Items("select_list").Take(2).ToList();
        if (columns.Count != 1 || columns[0].Text("class") != "FUNCTION" || columns[0].Text("function_name") != "count_star" || IsThere(columns[0], "filter"))
            return false;
        name = columns[0].Text("alias") is { Length: > 0 } alias ? alias : "count_star()";
        return true;
    }

    private static bool IsThere(JsonElement node, params ReadOnlySpan<string> properties)
    {
        foreach (var property in properties)
        {
            if (node.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null)
                return true;
        }

        return false;
    }
}
