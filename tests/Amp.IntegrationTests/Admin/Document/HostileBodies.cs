using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>Bodies made of one that is right.</summary>
internal static class HostileBodies
{
    private static readonly string[] _values =
        ["null", "true", "0", "-1", "1.5", "1e400", "9223372036854775808", "99999999999999999999999999", "\"\"", "[]", "{}", "[[1]]", "\"\\ud800\"", "\"x\\u0000y\""];

    /// <summary>No JSON, or JSON of which no endpoint can read an object.</summary>
    public static IEnumerable<string> Unreadable(string right) =>
        [right[..^1], right + "}", "{", "nonsense", "[]", "1", "true", "\"text\"", "{\"a\":1,}", "{'a':1}", new string('[', 10_000), "\u00a0{}", right.Replace("{", "{\"\\ud800\":1,", StringComparison.Ordinal)];

    /// <summary>Each member left out, twice there, renamed, and in place of it every kind of value.</summary>
    public static IEnumerable<string> Changed(string right)
    {
        yield return With(right, root => root["never_heard_of"] = 1);
        foreach (var name in JsonNode.Parse(right)!.AsObject().Select(m => m.Key))
        {
            yield return With(right, root => root.Remove(name));
            yield return right.Insert(1, $"\"{name}\":null,");
            yield return With(right, root =>
            {
                var value = root[name];
                root.Remove(name);
                root[name + "\u0301"] = value;
            });
            foreach (var value in _values.Concat(HostileValues.Texts.Select(t => JsonSerializer.Serialize(t))))
                yield return With(right, root => root[name] = "PLACE").Replace("\"PLACE\"", value, StringComparison.Ordinal);
        }
    }

    private static string With(string right, Action<JsonObject> change)
    {
        var root = JsonNode.Parse(right)!.AsObject();
        change(root);
        return root.ToJsonString();
    }
}
