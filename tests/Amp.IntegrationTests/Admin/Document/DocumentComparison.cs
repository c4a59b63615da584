using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>Finds what one operation of the design has and ours has not.</summary>
internal sealed class DocumentComparison(ApiOperation asked, ApiOperation ours)
{
    private readonly List<string> _differences = [];

    public IReadOnlyList<string> Differences()
    {
        CompareParameters();
        foreach (var status in asked.Statuses)
        {
            if (!ours.Statuses.Contains(status))
                Tell($"no {status}");
            else if (asked.Answer(status) is { } schema && ours.Answer(status) is { } answer)
                Compare(schema, answer, status, isAnswer: true);
            else if (asked.Answer(status) is not null)
                Tell($"{status} has no schema");
        }

        if (asked.Body is { } body)
        {
            if (ours.Body is { } taken)
                Compare(body, taken, "body", isAnswer: false);
            else
                Tell("no body");
        }

        return _differences;
    }

    private void CompareParameters()
    {
        foreach (var parameter in asked.Parameters)
        {
            var name = parameter["name"]!.GetValue<string>();
            if (ours.Parameters.FirstOrDefault(p => p["name"]!.GetValue<string>() == name && p["in"]!.GetValue<string>() == parameter["in"]!.GetValue<string>()) is not { } same)
            {
                Tell($"no parameter {name}");
                continue;
            }

            if (IsTrue(parameter["required"]) != IsTrue(same["required"]))
                Tell($"parameter {name} is required in one of both");
            var (left, right) = (ApiDocument.Asked.Resolve(parameter["schema"]), ApiDocument.Ours.Resolve(same["schema"]));
            foreach (var word in (string[])["type", "minimum", "maximum", "default"])
            {
                if (left[word] is { } value && !JsonNode.DeepEquals(value, right[word]))
                    Tell($"parameter {name}: {word} is {right[word]?.ToJsonString() ?? "absent"}, not {value.ToJsonString()}");
            }
        }
    }

    private void Compare(JsonNode left, JsonNode right, string place, bool isAnswer)
    {
        var (wanted, have) = (ApiDocument.Asked.Resolve(left), ApiDocument.Ours.Resolve(right));
        wanted = ApiDocument.Asked.Resolve(NotNull(wanted));
        have = ApiDocument.Ours.Resolve(NotNull(have));
        var (types, ourTypes) = (Types(wanted), Types(have));

        // A body may be taken in more forms than were asked for.
        if (types.Count > 0 && !(isAnswer ? types.SetEquals(ourTypes) : types.IsSubsetOf(ourTypes)))
            Tell($"{place} is {(ourTypes.Count == 0 ? "anything" : string.Join(" or ", ourTypes.Order()))}, not {string.Join(" or ", types.Order())}");
        foreach (var (name, schema) in wanted["properties"]?.AsObject() ?? [])
        {
            if (have["properties"]?[name] is { } property)
                Compare(schema!, property, $"{place}.{name}", isAnswer);
            else
                Tell($"no {place}.{name}");
        }

        // What an answer promises may not become less, what a body must have may not become more.
        var (must, oursMust) = (Names(wanted["required"]), Names(have["required"]));
        foreach (var name in isAnswer ? must.Except(oursMust) : oursMust.Except(must))
            Tell($"{place}.{name} is {(isAnswer ? "not always there" : "required")}");
        if (wanted["items"] is { } items)
            Compare(items, have["items"] ?? new JsonObject(), place + "[]", isAnswer);
        if (wanted["additionalProperties"] is JsonObject { Count: > 0 } values)
            Compare(values, have["additionalProperties"] as JsonObject ?? [], place + ".*", isAnswer);
    }

    /// <summary>Of "null or X" it is X that is compared.</summary>
    private static JsonObject NotNull(JsonObject schema) =>
        schema["oneOf"]?.AsArray().Select(c => c!.AsObject()).ToList() is [{ } nothing, { } something] && nothing["type"] is JsonValue type && type.GetValue<string>() == "null"
            ? something
            : schema;

    private static HashSet<string> Types(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => [.. several.Select(t => t!.GetValue<string>()).Where(t => t != "null")],
        { } one => [one.GetValue<string>()],
        null => [],
    };

    private static IEnumerable<string> Names(JsonNode? array) => array?.AsArray().Select(n => n!.GetValue<string>()) ?? [];

    private static bool IsTrue(JsonNode? value) => value?.GetValue<bool>() ?? false;

    private void Tell(string difference) => _differences.Add($"{asked}: {difference}");
}
