using System.Text.Json;
using Amp.DevChain;
using Amp.TestKit.Ethereum;

namespace Amp.UnitTests.DevChain;

public sealed class RpcProtocolTests
{
    [Fact]
    public async Task A_batch_is_answered_in_order_with_its_ids()
    {
        await using var node = await StartAsync();
        var answers = await node.RequestAsync(
            """
            [{"jsonrpc":"2.0","id":7,"method":"eth_chainId"},
             {"jsonrpc":"2.0","id":"text","method":"eth_blockNumber","params":[]},
             {"jsonrpc":"2.0","method":"eth_blockNumber"},
             {"jsonrpc":"2.0","id":null,"method":"nonsense"},
             5]
            """);
        Assert.Equal(4, answers.GetArrayLength());
        Assert.Equal(7, answers[0].GetProperty("id").GetInt32());
        Assert.Equal("0x7a69", answers[0].GetProperty("result").GetString());
        Assert.Equal("text", answers[1].GetProperty("id").GetString());
        Assert.Equal("0xc8", answers[1].GetProperty("result").GetString());
        Assert.Equal(-32601, answers[2].GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(-32600, answers[3].GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_large_batch_streams_whole_blocks()
    {
        await using var node = await DevChainNode.StartAsync(
            new DevChainSettings { Grade = Grade.Load, Blocks = 60, TransactionsPerBlock = 150, LogsPerBlock = 300 });
        var calls = Enumerable.Range(1, 60).Select(i =>
            $$"""{"jsonrpc":"2.0","id":{{i}},"method":"eth_getBlockReceipts","params":["0x{{i:x}}"]}""");
        var answers = await node.RequestAsync($"[{string.Join(",", calls)}]");
        Assert.Equal(60, answers.GetArrayLength());
        for (var i = 1; i <= 60; i++)
        {
            Assert.Equal(i, answers[i - 1].GetProperty("id").GetInt32());
            Assert.All(answers[i - 1].Items("result"), receipt => Assert.Equal(i, (int)receipt.Number("blockNumber")));
        }
    }

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("{}", -32600)]
    [InlineData("""{"id":1,"method":"eth_chainId"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}""", -32600)]
    public async Task A_malformed_request_is_answered_with_its_code(string request, int code)
    {
        await using var node = await StartAsync();
        Assert.Equal(code, (await node.RequestAsync(request)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Malformed_parameters_are_invalid_params()
    {
        await using var node = await StartAsync();
        Assert.Equal(-32602, await node.ErrorAsync("eth_getBlockByNumber"));
        Assert.Equal(-32602, await node.ErrorAsync("eth_getBlockByNumber", "0x1"));
        Assert.Equal(-32602, await node.ErrorAsync("eth_getBlockByNumber", "0x1", "true"));
        Assert.Equal(-32602, await node.ErrorAsync("eth_getBlockByNumber", "0x01", true));
        Assert.Equal(-32602, await node.ErrorAsync("eth_getBlockByNumber", "1", true));
        Assert.Equal(-32602, await node.ErrorAsync("eth_getBlockByNumber", "newest", true));
        Assert.Equal(-32602, await node.ErrorAsync("eth_getBlockByNumber", 1, true));
        Assert.Equal(-32602, await node.ErrorAsync("eth_getBlockByNumber", "0x1ffffffffffffffff", true));
        Assert.Equal(-32602, await node.ErrorAsync("eth_getTransactionReceipt", "0x12"));
    }

    [Fact]
    public async Task Tags_name_heights_and_a_block_above_the_head_is_null()
    {
        await using var node = await StartAsync();
        var heights = new Dictionary<string, int> { ["latest"] = 200, ["safe"] = 195, ["finalized"] = 190, ["earliest"] = 0, ["pending"] = 200 };
        foreach (var (tag, height) in heights)
            Assert.Equal(height, (int)(await node.CallAsync("eth_getBlockByNumber", tag, false)).Number("number"));
        Assert.Equal(JsonValueKind.Null, (await node.CallAsync("eth_getBlockByNumber", "0xc9", true)).ValueKind);
        Assert.Equal(JsonValueKind.Null, (await node.CallAsync("eth_getBlockReceipts", "0xc9")).ValueKind);
    }

    [Fact]
    public async Task Receipts_are_asked_for_by_number_tag_or_hash()
    {
        await using var node = await StartAsync();
        var byNumber = await node.CallAsync("eth_getBlockReceipts", "0xc8");
        var hash = await node.HashAsync(200);
        foreach (var name in new object[] { "latest", hash, new { blockHash = hash }, new { blockNumber = "0xc8" } })
            Assert.True(JsonElement.DeepEquals(byNumber, await node.CallAsync("eth_getBlockReceipts", name)));
    }

    [Fact]
    public async Task Hashes_stand_for_transactions_when_they_are_asked_for()
    {
        await using var node = await StartAsync();
        var full = (await node.BlockAsync(8)).Items("transactions").Select(tx => tx.GetProperty("hash").GetString());
        var hashes = (await node.CallAsync("eth_getBlockByNumber", "0x8", false)).Items("transactions").Select(tx => tx.GetString());
        Assert.NotEmpty(hashes);
        Assert.Equal(full, hashes);
    }

    [Fact]
    public async Task A_method_can_be_left_out_and_a_batch_limited()
    {
        await using var node = await DevChainNode.StartAsync(
            new DevChainSettings { Grade = Grade.Load, WithoutMethods = ["eth_getBlockReceipts"], MaxBatch = 2 });
        Assert.Equal(-32601, await node.ErrorAsync("eth_getBlockReceipts", "0x0"));
        var call = DevChainNode.Request("eth_chainId");
        Assert.Equal(2, (await node.RequestAsync($"[{call},{call}]")).GetArrayLength());
        Assert.Equal(-32600, (await node.RequestAsync($"[{call},{call},{call}]")).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Statistics_count_requests_calls_and_bytes_of_each_method()
    {
        await using var node = await StartAsync();
        var call = DevChainNode.Request("eth_chainId");
        var text = await node.TextAsync($"[{call},{call},{call}]");
        text += await node.TextAsync(DevChainNode.Request("eth_blockNumber"));
        var stats = await node.AdminAsync("stats");
        Assert.Equal(2, stats.GetProperty("requests").GetInt32());
        Assert.Equal(4, stats.GetProperty("calls").GetInt32());
        Assert.Equal(3, stats.GetProperty("calls_by_method").GetProperty("eth_chainId").GetInt32());
        Assert.Equal(text.Length, stats.GetProperty("bytes").GetInt32());
        await node.AdminAsync("stats/reset", new { });
        Assert.Equal(0, (await node.AdminAsync("stats")).GetProperty("calls").GetInt32());
    }

    private static Task<DevChainNode> StartAsync() => DevChainNode.StartAsync(
        new DevChainSettings { Grade = Grade.Load, Blocks = 200, FinalityLag = 10, TransactionsPerBlock = 2, LogsPerBlock = 3 });
}
