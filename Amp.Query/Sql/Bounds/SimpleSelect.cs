using System.Text.Json;

namespace Amp.Query.Sql.Bounds;

/// <summary>A SELECT whose rows are rows of its FROM, one by one: what is asked of its columns can be asked of theirs.</summary>
internal static class SimpleSelect
{
    /// <summary>The column of the FROM, as it would be written there, that a column of the SELECT is; null where that is something else, or unclear.</summary>
    public static List<string>? Origin(JsonElement node, string column)
    {
        if (!IsSimple(node))
            return null;
        var items = node.Items("select_list").ToList();
        var named = items.Where(i => EngineName.Same(NameOf(i), column)).ToList();
        var stars = items.Where(i => i.Text("class") == "STAR").ToList();
        return (named.Count, stars.Count) switch
        {
            (1, 0) => BlockComparison.ColumnOf(named[0]),
            (0, 1) when IsPlain(stars[0]) => stars[0].Text("relation_name") is { Length: > 0 } relation ? [relation, column] : [column],
            _ => null,
        };
    }

    // Rows that are cut off, numbered, or gathered depend on those that are left out.
    private static bool IsSimple(JsonElement node) =>
        node.Text("type") == "SELECT_NODE" && node.Text("aggregate_handling") == "STANDARD_HANDLING"
        && !node.Items("modifiers").Any() && !node.Items("group_sets").Any() && !node.Items("group_expressions").Any()
        && IsNull(node, "having") && IsNull(node, "qualify") && IsNull(node, "sample")
        && node.TryGetProperty("select_list", out var list) && !HasWindow(list);

    private static bool HasWindow(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(HasWindow),
        JsonValueKind.Object => element.Text("class") == "WINDOW" || element.EnumerateObject().Any(p => HasWindow(p.Value)),
        _ => false,
    };

    private static string NameOf(JsonElement item) =>
        item.Text("alias") is { Length: > 0 } alias ? alias : BlockComparison.ColumnOf(item) is { } column ? column[^1] : "";

    // Neither EXCLUDE nor REPLACE nor COLUMNS(…).
    private static bool IsPlain(JsonElement star) => star.EnumerateObject().All(p => p.Name is "class" or "type" or "alias" or "query_location" or "relation_name" || p.Value.ValueKind switch
    {
        JsonValueKind.Array => p.Value.GetArrayLength() == 0,
        JsonValueKind.Object => !p.Value.EnumerateObject().Any(),
        JsonValueKind.String => p.Value.GetString() == "",
        JsonValueKind.Null or JsonValueKind.False => true,
        _ => false,
    });

    private static bool IsNull(JsonElement node, string property) => !node.TryGetProperty(property, out var value) || value.ValueKind == JsonValueKind.Null;
}
