using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Amp.DevChain;
using Amp.TestKit;
using Amp.TestKit.Ethereum;

namespace Amp.UnitTests.DevChain;

public sealed class MiningTests
{
    [Fact]
    public async Task Blocks_are_mined_on_demand_and_their_hour_is_told()
    {
        await using var node = await StartAsync(Grade.Load);
        var before = TimeProvider.System.GetUtcNow();
        Assert.Equal(8, (await node.AdminAsync("mine", new { count = 3 })).GetProperty("head").GetInt32());
        Assert.Equal(8UL, await node.HeadAsync());
        var mined = await node.AdminAsync("blocks/8");
        Assert.Equal(await node.HashAsync(8), mined.GetProperty("hash").GetString());
        Assert.InRange(mined.GetProperty("mined_at").GetDateTimeOffset(), before, TimeProvider.System.GetUtcNow());
        Assert.False((await node.AdminAsync("blocks/5")).TryGetProperty("mined_at", out _), "a block of the start was not mined at any hour");
        using var above = await node.Http.GetAsync("admin/blocks/9", TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, above.StatusCode);
    }

    [Fact]
    public async Task Blocks_are_mined_by_themselves_each_block_time()
    {
        await using var node = await DevChainNode.StartAsync(new DevChainSettings { Grade = Grade.Load, BlockTime = TimeSpan.FromMilliseconds(20) });
        var head = await Eventually.SatisfiesAsync(node.HeadAsync, height => height >= 5, "five blocks are mined");
        var block = await node.BlockAsync(head);
        Assert.Equal(1_700_000_000 + 12 * head, (ulong)block.Number("timestamp"));
    }

    [Fact]
    public async Task The_block_time_is_changed_by_an_admin_call()
    {
        await using var node = await StartAsync(Grade.Load);
        var told = await node.AdminAsync("conditions", new { block_time_ms = 20 });
        Assert.Equal(20, told.GetProperty("block_time_ms").GetDouble());
        await Eventually.SatisfiesAsync(node.HeadAsync, height => height >= 8, "blocks are mined by themselves");

        // The clock of the next block begins anew, and a day is longer than this test.
        await node.AdminAsync("conditions", new { block_time_ms = 86_400_000 });
        await node.AdminAsync("conditions", new { block_time_ms = 0 });
        var head = await node.HeadAsync();
        Assert.Equal(head + 1, (await node.AdminAsync("mine", new { count = 1 })).GetProperty("head").GetUInt64());
        Assert.Equal(0, (await node.AdminAsync("conditions", new { })).GetProperty("block_time_ms").GetDouble());

        await node.AdminAsync("conditions", new { block_time_ms = 20 });
        await Eventually.SatisfiesAsync(node.HeadAsync, height => height >= head + 4, "blocks are mined by themselves again");
    }

    [Fact]
    public async Task The_finality_lag_is_changed_by_an_admin_call()
    {
        await using var node = await DevChainNode.StartAsync(new DevChainSettings { Grade = Grade.Load, Blocks = 100, FinalityLag = 64 });
        Assert.Equal(("0x24", "0x44"), (await NumberAsync("finalized"), await NumberAsync("safe")));
        Assert.Equal(10, (await node.AdminAsync("conditions", new { finality_lag = 10 })).GetProperty("finality_lag").GetInt32());
        Assert.Equal(("0x5a", "0x5f"), (await NumberAsync("finalized"), await NumberAsync("safe")));

        async Task<string?> NumberAsync(string tag) => (await node.CallAsync("eth_getBlockByNumber", tag, false)).GetProperty("number").GetString();
    }

    [Theory]
    [InlineData("""{"block_time_ms":5}""", "block_time_ms 5 is neither 0 nor within 10 and 86400000")]
    [InlineData("""{"block_time_ms":-1}""", "block_time_ms -1 ")]
    [InlineData("""{"latency_ms":-1}""", "latency_ms -1 ")]
    [InlineData("""{"rate_limit":-1}""", "rate_limit -1 ")]
    [InlineData("""{"finality_lag":-1}""", "finality_lag")]
    public async Task Conditions_that_make_no_sense_are_refused_with_the_reason(string conditions, string told)
    {
        await using var node = await StartAsync(Grade.Load);
        var before = (await node.AdminAsync("conditions", new { })).GetRawText();
        using var response = await node.Http.PostAsync("admin/conditions", new StringContent(conditions), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(told, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(before, (await node.AdminAsync("conditions", new { })).GetRawText());
    }

    [Theory]
    [InlineData(Grade.Full)]
    [InlineData(Grade.Load)]
    public async Task New_heads_are_announced_also_after_a_reorganisation(Grade grade)
    {
        await using var node = await StartAsync(grade);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
        var subscribed = await CallAsync(socket, DevChainNode.Request("eth_subscribe", "newHeads"));
        var subscription = subscribed.GetProperty("result").GetString();

        await node.AdminAsync("mine", new { count = 2 });
        foreach (var number in new ulong[] { 6, 7 })
            await AssertAnnouncedAsync(node, socket, subscription, number);

        await node.AdminAsync("reorg", new { depth = 2, extra = 1 });
        foreach (var number in new ulong[] { 6, 7, 8 })
            await AssertAnnouncedAsync(node, socket, subscription, number);

        Assert.True((await CallAsync(socket, DevChainNode.Request("eth_unsubscribe", subscription!))).GetProperty("result").GetBoolean());
        await node.AdminAsync("mine", new { count = 1 });
        Assert.Equal("0x9", (await CallAsync(socket, DevChainNode.Request("eth_blockNumber"))).GetProperty("result").GetString());
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_web_socket_takes_batches_and_answers_errors()
    {
        await using var node = await StartAsync(Grade.Load);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
        var call = DevChainNode.Request("eth_chainId");
        Assert.Equal(2, (await CallAsync(socket, $"[{call},{call}]")).GetArrayLength());
        Assert.Equal(-32700, (await CallAsync(socket, "{")).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(-32602, (await CallAsync(socket, DevChainNode.Request("eth_subscribe", "logs"))).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(-32601, await node.ErrorAsync("eth_subscribe", "newHeads"));
    }

    [Fact]
    public async Task An_announcement_can_be_left_out_or_break_the_connection()
    {
        await using var node = await StartAsync(Grade.Load);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
        var subscription = (await CallAsync(socket, DevChainNode.Request("eth_subscribe", "newHeads"))).GetProperty("result").GetString();
        await node.AdminAsync("faults", new { kind = "rpc_error", count = 1 });
        await node.AdminAsync("faults", new { kind = "unannounced", block = 6 });
        await node.AdminAsync("faults", new { kind = "disconnect", method = "eth_subscription", block = 8 });

        await node.AdminAsync("mine", new { count = 2 });
        await AssertAnnouncedAsync(node, socket, subscription, 7, firstCallFails: true);
        await node.AdminAsync("mine", new { count = 1 });

        await Assert.ThrowsAsync<WebSocketException>(() => ReceiveAsync(socket));
    }

    private static Task<DevChainNode> StartAsync(Grade grade) => DevChainNode.StartAsync(
        new DevChainSettings { Grade = grade, Blocks = 5, TransactionsPerBlock = 2, LogsPerBlock = 3 });

    private static async Task AssertAnnouncedAsync(DevChainNode node, ClientWebSocket socket, string? subscription, ulong number, bool firstCallFails = false)
    {
        var message = await ReceiveAsync(socket);
        Assert.Equal("eth_subscription", message.GetProperty("method").GetString());
        Assert.Equal(subscription, message.GetProperty("params").GetProperty("subscription").GetString());
        var header = message.GetProperty("params").GetProperty("result");
        Assert.Equal(number, (ulong)header.Number("number"));
        if (firstCallFails)
            await node.ErrorAsync("eth_blockNumber");
        var block = await node.BlockAsync(number);
        Assert.All(header.EnumerateObject(), field => Assert.Equal(field.Value.GetString(), block.GetProperty(field.Name).GetString()));
    }

    private static async Task<JsonElement> CallAsync(ClientWebSocket socket, string request)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        return await ReceiveAsync(socket);
    }

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var message = new MemoryStream();
        var buffer = new byte[65_536];
        WebSocketReceiveResult received;
        do
        {
            received = await socket.ReceiveAsync(buffer, patience.Token);
            message.Write(buffer, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return JsonElement.Parse(message.ToArray());
    }
}
