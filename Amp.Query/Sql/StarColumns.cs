using System.Text.Json;

namespace Amp.Query.Sql;

/// <summary>What <c>*</c>, <c>t.*</c> and their EXCLUDE, REPLACE and RENAME stand for.</summary>
internal static class StarColumns
{
    /// <summary>The columns in order; null when only the engine can tell.</summary>
    public static IReadOnlyList<OutputColumn>? Expand(JsonElement star, IReadOnlyList<Relation> scope)
    {
        var isColumns = star.TryGetProperty("columns", out var columnsFlag) && columnsFlag.ValueKind == JsonValueKind.True;
        if (isColumns || star.Child("expr") is not null || star.Items("qualified_exclude_list").Any())
            return null;
        var relation = star.Text("relation_name");
        var from = relation.Length > 0 ? scope.Where(r => r.IsCalled(null, relation)).ToList() : scope;
        if (from.Count == 0 || from.Any(r => r.Columns is null))
            return null;
        var excluded = star.Texts("exclude_list").ToHashSet(EngineName.Comparer);
        var replaced = Keys(star, "replace_list").ToDictionary(p => p.Key, _ => true, EngineName.Comparer);
        var renamed = Keys(star, "rename_list").ToDictionary(p => p.Key, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : "", EngineName.Comparer);
        return
        [
            .. from.SelectMany(r => r.Columns!.Where(c => relation.Length > 0 || !r.Hidden.Contains(c.Name)))
                .Where(c => !excluded.Contains(c.Name))
                .Select(c => replaced.ContainsKey(c.Name) ? OutputColumn.Computed(c.Name)
                    : renamed.TryGetValue(c.Name, out var name) ? c with { Name = name }
                    : c),
        ];
    }

    private static IEnumerable<(string Key, JsonElement Value)> Keys(JsonElement star, string property) =>
        star.Items(property).Select(i => (i.Text("key"), i.TryGetProperty("value", out var value) ? value : default));
}
