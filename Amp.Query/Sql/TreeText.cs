using System.Text.Json;

namespace Amp.Query.Sql;

/// <summary>Reading of the parse tree's JSON.</summary>
internal static class TreeText
{
    /// <summary>The text of a property; empty when it is absent or no text.</summary>
    public static string Text(this JsonElement node, string property) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? ""
            : "";

    /// <summary>The items of a property; none when it is absent or no list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement node, string property) =>
        node.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    public static IEnumerable<string> Texts(this JsonElement node, string property) =>
        node.Items(property).Select(i => i.ValueKind == JsonValueKind.String ? i.GetString() ?? "" : "");

    /// <summary>The object of a property; null when it is absent or null.</summary>
    public static JsonElement? Child(this JsonElement node, string property) =>
        node.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
