using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Amp.DevChain;

namespace Amp.UnitTests.DevChain;

/// <summary>Faults of whole requests on a WebSocket, which has no status to tell them with.</summary>
public sealed class WebSocketFaultTests : IAsyncLifetime
{
    private readonly ClientWebSocket _socket = new();
    private DevChainNode _node = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await DevChainNode.StartAsync(new DevChainSettings { Grade = Grade.Load, Blocks = 10, TransactionsPerBlock = 8, LogsPerBlock = 8 });
        await _socket.ConnectAsync(new UriBuilder(_node.Address) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (_node is not null)
            await _node.DisposeAsync();
    }

    [Theory]
    [InlineData("too_many_requests", -32005, "rate limit exceeded")]
    [InlineData("server_error", -32603, "internal error")]
    public async Task What_has_a_status_over_HTTP_is_an_error_of_each_call(string kind, int code, string message)
    {
        await _node.AdminAsync("faults", new { kind, count = 2 });

        await SendAsync(Call(7));
        var alone = JsonElement.Parse(await ReceiveAsync());
        await SendAsync($"[{Call(8)},{Call(9)}]");
        var batch = JsonElement.Parse(await ReceiveAsync()).EnumerateArray().ToArray();
        await SendAsync(Call(10));
        var next = JsonElement.Parse(await ReceiveAsync());

        Assert.Equal([7, 8, 9], new[] { alone }.Concat(batch).Select(a => a.GetProperty("id").GetInt32()));
        Assert.All([alone, .. batch], answer =>
        {
            Assert.Equal(code, answer.GetProperty("error").GetProperty("code").GetInt32());
            Assert.Equal(message, answer.GetProperty("error").GetProperty("message").GetString());
        });
        Assert.Equal("0x7a69", next.GetProperty("result").GetString());
    }

    [Fact]
    public async Task The_rate_limit_is_told_to_each_call()
    {
        await _node.AdminAsync("conditions", new { rate_limit = 1 });
        JsonElement answer = default;

        // Ten requests do not take the ten seconds that one a second would need.
        for (var id = 1; id <= 10 && !(answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error", out _)); id++)
        {
            await SendAsync(Call(id));
            answer = JsonElement.Parse(await ReceiveAsync());
            Assert.Equal(id, answer.GetProperty("id").GetInt32());
        }

        Assert.Equal(-32005, answer.GetProperty("error").GetProperty("code").GetInt32());
        Assert.True((await _node.AdminAsync("stats")).GetProperty("rejected").GetInt32() > 0);
    }

    [Fact]
    public async Task A_hanging_request_is_never_answered_and_the_next_one_is()
    {
        await _node.AdminAsync("faults", new { kind = "hang", count = 1 });
        await SendAsync(Call(1));
        await SendAsync(Call(2));

        // Answers come in the order of the requests: were the first answered, it would be here.
        Assert.Equal(2, JsonElement.Parse(await ReceiveAsync()).GetProperty("id").GetInt32());
        Assert.Equal(WebSocketState.Open, _socket.State);
        Assert.Equal(1, (await _node.AdminAsync("faults")).GetProperty("hits").GetProperty("hang").GetInt32());
    }

    [Fact]
    public async Task A_truncated_answer_is_half_a_message_and_a_close()
    {
        await _node.AdminAsync("faults", new { kind = "truncated", count = 1 });
        await SendAsync(DevChainNode.Request("eth_getBlockByNumber", "0x4", true));

        var half = await ReceiveAsync();
        Assert.StartsWith("{\"jsonrpc\"", half, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(half));
        var end = await _socket.ReceiveAsync(new byte[16], Patience());
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.InternalServerError), (end.MessageType, end.CloseStatus));
    }

    [Fact]
    public async Task A_disconnect_breaks_off_within_a_message()
    {
        await _node.AdminAsync("faults", new { kind = "disconnect", count = 1 });
        await SendAsync(DevChainNode.Request("eth_getBlockByNumber", "0x4", true));

        await Assert.ThrowsAsync<WebSocketException>(ReceiveAsync);
    }

    private static string Call(int id) => $$"""{"jsonrpc":"2.0","id":{{id}},"method":"eth_chainId","params":[]}""";

    private Task SendAsync(string request) => _socket.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, true, Patience());

    private async Task<string> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[65_536];
        WebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(buffer, Patience());
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return Encoding.UTF8.GetString(message.ToArray());
    }

    private static CancellationToken Patience() => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;
}
