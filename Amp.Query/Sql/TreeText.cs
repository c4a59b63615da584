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

    /// <summary>The text of an expression that is a literal; null for any other.</summary>
    public static string? LiteralText(this JsonElement expression) => expression.Text("class") switch
    {
        "CONSTANT" when expression.Child("value") is { } value && value.TryGetProperty("value", out var text) && text.ValueKind == JsonValueKind.String => text.GetString(),
        "CAST" when expression.Child("cast_type")?.Text("id") is "VARCHAR" or "BLOB" && expression.Child("child") is { } child => child.LiteralText(),
        _ => null,
    };

    public static bool IsNullLiteral(this JsonElement expression) =>
        expression.Child("value") is { } value && value.TryGetProperty("is_null", out var isNull) && isNull.ValueKind == JsonValueKind.True;

    /// <summary>The object of a property; null when it is absent or null.</summary>
    public static JsonElement? Child(this JsonElement node, string property) =>
        node.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
