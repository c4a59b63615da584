using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.TestKit;
using Json.Schema;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>An OpenAPI document: its operations, and its schemas as a validator takes them.</summary>
internal sealed class ApiDocument
{
    private const string References = "#/components/schemas/";

    private readonly JsonObject _schemas;
    private readonly Dictionary<string, JsonSchema> _validators = new(StringComparer.Ordinal);

    private ApiDocument(JsonNode root)
    {
        _schemas = root["components"]!["schemas"]!.AsObject();
        Operations = [.. root["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(m => new ApiOperation(p.Key, m.Key, m.Value!.AsObject())))];
    }

    /// <summary>What the design asks for.</summary>
    public static ApiDocument Asked { get; } = Load("tests/Amp.IntegrationTests/Admin/Document/admin-api.json");

    /// <summary>What the code says of itself; a test holds the file to it.</summary>
    public static ApiDocument Ours { get; } = Load("docs/admin-api/openapi.json");

    public IReadOnlyList<ApiOperation> Operations { get; }

    public ApiOperation? Find(string path, string method) => Operations.FirstOrDefault(o => o.Path == path && o.Method == method);

    /// <summary>The schema itself, where one is named.</summary>
    public JsonObject Resolve(JsonNode? schema)
    {
        var resolved = schema?.AsObject() ?? [];
        while (resolved["$ref"] is { } name)
            resolved = _schemas[name.GetValue<string>()[References.Length..]]!.AsObject();
        return resolved;
    }

    /// <summary>What is wrong with an answer; nothing when it is as the document says.</summary>
    public IReadOnlyList<string> Faults(JsonObject schema, string answer)
    {
        var text = schema.ToJsonString();
        if (!_validators.TryGetValue(text, out var validator))
        {
            var whole = new JsonObject { ["allOf"] = new JsonArray(schema.DeepClone()), ["$defs"] = _schemas.DeepClone() };
            _validators[text] = validator = JsonSchema.FromText(whole.ToJsonString().Replace(References, "#/$defs/", StringComparison.Ordinal));
        }

        using var json = JsonDocument.Parse(answer);
        var result = validator.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid
            ? []
            : [.. (result.Details ?? []).Where(d => d.Errors is { Count: > 0 }).Select(d => $"{d.InstanceLocation}: {string.Join("; ", d.Errors!.Values)}").DefaultIfEmpty("not valid")];
    }

    private static ApiDocument Load(string file) => new(JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, file)))!);
}
