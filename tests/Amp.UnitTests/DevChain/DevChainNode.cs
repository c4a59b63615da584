using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Amp.DevChain;
using Amp.DevChain.Chain;
using Amp.TestKit.Ethereum;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Amp.UnitTests.DevChain;

/// <summary>A node in this process on a free port, spoken to over HTTP.</summary>
internal sealed class DevChainNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DevChainNode(WebApplication app)
    {
        _app = app;
        Address = DevChainHost.Address(app);
        Http = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public Simulation Simulation => _app.Services.GetRequiredService<Simulation>();

    public static async Task<DevChainNode> StartAsync(DevChainSettings settings, TimeProvider? time = null)
    {
        var app = DevChainHost.Build(settings with { Port = 0 }, time);
        await app.StartAsync();
        return new DevChainNode(app);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public Task<HttpResponseMessage> PostAsync(string json) =>
        Http.PostAsync(Address, new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    /// <summary>The text of an answer that came with status 200.</summary>
    public async Task<string> TextAsync(string json)
    {
        using var response = await PostAsync(json);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public async Task<JsonElement> RequestAsync(string json) => JsonElement.Parse(await TextAsync(json));

    public static string Request(string method, params object[] parameters) =>
        JsonSerializer.Serialize(new { jsonrpc = "2.0", id = 1, method, @params = parameters });

    public async Task<JsonElement> CallAsync(string method, params object[] parameters)
    {
        var answer = await RequestAsync(Request(method, parameters));
        return answer.TryGetProperty("result", out var result)
            ? result
            : throw new InvalidOperationException($"{method} was answered {answer.GetRawText()}");
    }

    public async Task<int> ErrorAsync(string method, params object[] parameters) =>
        (await RequestAsync(Request(method, parameters))).GetProperty("error").GetProperty("code").GetInt32();

    public Task<JsonElement> BlockAsync(ulong number) => CallAsync("eth_getBlockByNumber", $"0x{number:x}", true);

    public async Task<List<JsonElement>> ReceiptsAsync(ulong number) =>
        [.. (await CallAsync("eth_getBlockReceipts", $"0x{number:x}")).EnumerateArray()];

    public async Task<string> HashAsync(ulong number) =>
        (await CallAsync("eth_getBlockByNumber", $"0x{number:x}", false)).GetProperty("hash").GetString()!;

    public async Task<ulong> HeadAsync() => (ulong)HexJson.ToNumber((await CallAsync("eth_blockNumber")).GetString()!);

    public async Task<JsonElement> AdminAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync($"admin/{path}", body, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    public async Task<JsonElement> AdminAsync(string path) =>
        JsonElement.Parse(await Http.GetStringAsync($"admin/{path}", TestContext.Current.CancellationToken));
}
