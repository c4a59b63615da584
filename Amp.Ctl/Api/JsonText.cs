using System.Text.Json;

namespace Amp.Ctl.Api;

/// <summary>Members of an answer as text.</summary>
internal static class JsonText
{
    /// <param name="json">An object, or what is none and has no members.</param>
    /// <param name="path">Names joined by dots.</param>
    /// <returns>Empty for what is absent or null; the items of an array one after the other.</returns>
    public static string Text(this JsonElement json, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out json))
                return "";
        }

        return json.ValueKind == JsonValueKind.Array ? string.Join(", ", json.EnumerateArray().Select(item => item.ToString())) : json.ToString();
    }

    /// <summary>A whole number from 0; null for what is absent, null or none.</summary>
    public static ulong? Number(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var number) ? number : null;
}
