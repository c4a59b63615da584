using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amp.TestKit.Nodes;

/// <summary>Plain JSON-RPC calls to a node, for the independent side of a comparison.</summary>
public sealed class NodeClient(Uri url) : IDisposable
{
    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    public async Task<JsonElement> CallAsync(string method, params JsonNode?[] parameters)
    {
        using var answer = await _http.PostAsJsonAsync(url, new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = new JsonArray(parameters) });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return body.TryGetProperty("error", out var error) ? throw new InvalidOperationException($"{method}: {error}") : body.GetProperty("result");
    }

    public async Task<RecordedBlock> BlockAsync(ulong number)
    {
        var block = await CallAsync("eth_getBlockByNumber", $"0x{number:x}", true);
        return new RecordedBlock(0, number, block, await CallAsync("eth_getBlockReceipts", $"0x{number:x}"));
    }
}
