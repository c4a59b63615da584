using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.TestKit.Ethereum;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Amp.TestKit.Nodes;

/// <summary>A node that answers with recorded blocks, byte for byte as the recording has them: over real HTTP, with batches.</summary>
public sealed class ReplayNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<ulong, RecordedBlock> _blocks;
    private readonly Dictionary<string, JsonElement> _receipts;
    private readonly bool _knowsBlockReceipts;

    private ReplayNode(WebApplication app, IEnumerable<RecordedBlock> blocks, bool knowsBlockReceipts)
    {
        _app = app;
        _blocks = blocks.ToDictionary(b => b.Number);
        _receipts = _blocks.Values.SelectMany(b => b.ReceiptList).ToDictionary(r => r.GetProperty("transactionHash").GetString()!, StringComparer.Ordinal);
        _knowsBlockReceipts = knowsBlockReceipts;
    }

    public Uri Url => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<ReplayNode> StartAsync(IEnumerable<RecordedBlock> blocks, bool knowsBlockReceipts = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var node = new ReplayNode(builder.Build(), blocks, knowsBlockReceipts);
        node._app.MapPost("/", node.AnswerAsync);
        await node._app.StartAsync();
        return node;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var request = await JsonDocument.ParseAsync(http.Request.Body);
        var answer = request.RootElement.ValueKind == JsonValueKind.Array
            ? new JsonArray([.. request.RootElement.EnumerateArray().Select(Answer)])
            : Answer(request.RootElement);
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer!.ToJsonString());
    }

    private JsonNode Answer(JsonElement call)
    {
        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = JsonNode.Parse(call.GetProperty("id").GetRawText()) };
        var first = call.TryGetProperty("params", out var parameters) && parameters.GetArrayLength() > 0 ? parameters[0].GetString() : null;
        switch (call.GetProperty("method").GetString())
        {
            case "eth_chainId":
                answer["result"] = $"0x{_blocks.Values.First().ChainId:x}";
                break;
            case "eth_blockNumber":
                answer["result"] = $"0x{_blocks.Keys.Max():x}";
                break;
            case "eth_getBlockByNumber":
                answer["result"] = Find(first!) is { } block ? JsonNode.Parse(block.Block.GetRawText()) : null;
                break;
            case "eth_getBlockReceipts" when _knowsBlockReceipts:
                answer["result"] = Find(first!) is { } withReceipts ? JsonNode.Parse(withReceipts.Receipts.GetRawText()) : null;
                break;
            case "eth_getTransactionReceipt":
                answer["result"] = _receipts.TryGetValue(first!, out var receipt) ? JsonNode.Parse(receipt.GetRawText()) : null;
                break;
            case var unknown:
                answer["error"] = new JsonObject { ["code"] = -32601, ["message"] = $"the method {unknown} does not exist/is not available" };
                break;
        }

        return answer;
    }

    private RecordedBlock? Find(string tag) => tag switch
    {
        "latest" or "finalized" or "safe" => _blocks[_blocks.Keys.Max()],
        _ => _blocks.GetValueOrDefault((ulong)HexJson.ToNumber(tag)),
    };
}
