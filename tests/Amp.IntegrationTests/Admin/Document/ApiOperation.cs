using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Admin.Document;

/// <summary>One method of one path.</summary>
internal sealed record ApiOperation(string Path, string Method, JsonObject Node)
{
    public string Id => Node["operationId"]?.GetValue<string>() ?? throw new InvalidOperationException($"{this} has no operationId");

    public IReadOnlyList<JsonObject> Parameters => [.. Node["parameters"]?.AsArray().Select(p => p!.AsObject()) ?? []];

    public IReadOnlyList<string> Statuses => [.. Node["responses"]!.AsObject().Select(r => r.Key)];

    public string? Description => Node["description"]?.GetValue<string>();

    /// <summary>The codes that its document names.</summary>
    public IReadOnlyList<string> Codes =>
        Description?.Split("Error codes: ") is [_, var codes] ? codes.Split(", ") : [];

    public JsonObject? Body => JsonOf(Node["requestBody"]);

    public JsonObject? Answer(string status) => JsonOf(Node["responses"]![status]);

    public IEnumerable<string> NamesIn(string place) => Parameters.Where(p => p["in"]!.GetValue<string>() == place).Select(p => p["name"]!.GetValue<string>());

    public override string ToString() => $"{Method.ToUpperInvariant()} {Path}";

    private static JsonObject? JsonOf(JsonNode? node) => node?["content"]?["application/json"]?["schema"]?.AsObject();
}
