using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Amp.DevChain;

namespace Amp.UnitTests.DevChain;

public sealed class FaultTests
{
    private static readonly string Chain = DevChainNode.Request("eth_chainId");

    [Fact]
    public async Task Too_many_requests_come_with_retry_after_and_end_after_their_count()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "too_many_requests", count = 2, seconds = 3 });
        for (var i = 0; i < 2; i++)
        {
            using var refused = await node.PostAsync(Chain);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(3), refused.Headers.RetryAfter?.Delta);
        }

        Assert.Equal("0x7a69", (await node.CallAsync("eth_chainId")).GetString());
        Assert.Equal(2, (await node.AdminAsync("faults")).GetProperty("hits").GetProperty("too_many_requests").GetInt32());
    }

    [Fact]
    public async Task A_server_error_hits_only_the_method_and_block_it_names()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "server_error", method = "eth_getBlockReceipts", block = 4 });
        Assert.NotNull(await node.ReceiptsAsync(3));
        Assert.Equal("0x4", (await node.BlockAsync(4)).GetProperty("number").GetString());
        using (var failed = await node.PostAsync(DevChainNode.Request("eth_getBlockReceipts", "0x4")))
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        await node.AdminAsync("clear", new { });
        Assert.NotNull(await node.ReceiptsAsync(4));
    }

    [Fact]
    public async Task A_hanging_request_ends_with_the_clients_patience()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "hang", count = 1 });
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => node.Http.PostAsync(node.Address, new StringContent(Chain), patience.Token));
        Assert.Equal("0x7a69", (await node.CallAsync("eth_chainId")).GetString());
    }

    [Fact]
    public async Task A_truncated_answer_ends_in_the_middle_of_its_json()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "truncated", count = 1 });
        var text = await node.TextAsync(DevChainNode.Request("eth_getBlockByNumber", "0x4", true));
        Assert.StartsWith("{\"jsonrpc\"", text);
        Assert.ThrowsAny<JsonException>(() => JsonElement.Parse(text));
    }

    [Fact]
    public async Task A_disconnect_breaks_the_connection_in_the_middle()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "disconnect", count = 1 });
        await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => node.TextAsync(DevChainNode.Request("eth_getBlockByNumber", "0x4", true)));
    }

    [Fact]
    public async Task The_wrong_block_is_the_one_below()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "wrong_block", method = "eth_getBlockByNumber", count = 1 });
        Assert.Equal("0x3", (await node.BlockAsync(4)).GetProperty("number").GetString());
        Assert.Equal("0x4", (await node.BlockAsync(4)).GetProperty("number").GetString());
    }

    [Fact]
    public async Task A_wrong_parent_does_not_link()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "wrong_parent", block = 4, count = 1 });
        var parent = await node.HashAsync(3);
        Assert.NotEqual(parent, (await node.BlockAsync(4)).GetProperty("parentHash").GetString());
        Assert.Equal(parent, (await node.BlockAsync(4)).GetProperty("parentHash").GetString());
    }

    [Fact]
    public async Task Missing_receipts_are_fewer_than_the_transactions()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "missing_receipts", count = 1 });
        var all = (await node.BlockAsync(4)).GetProperty("transactions").GetArrayLength();
        Assert.True(all > 0);
        Assert.Equal(all - 1, (await node.ReceiptsAsync(4)).Count);
        Assert.Equal(all, (await node.ReceiptsAsync(4)).Count);
    }

    [Fact]
    public async Task Null_and_errors_hit_single_calls_of_a_batch()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "null", block = 4, count = 1 });
        await node.AdminAsync("faults", new { kind = "rpc_error", block = 5, count = 1 });
        var batch = string.Join(",", new[] { 3, 4, 5 }.Select(i =>
            $$"""{"jsonrpc":"2.0","id":{{i}},"method":"eth_getBlockByNumber","params":["0x{{i}}",false]}"""));
        var answers = await node.RequestAsync($"[{batch}]");
        Assert.Equal("0x3", answers[0].GetProperty("result").GetProperty("number").GetString());
        Assert.Equal(JsonValueKind.Null, answers[1].GetProperty("result").ValueKind);
        Assert.Equal(-32000, answers[2].GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal(5, answers[2].GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_probability_hits_some_and_spares_some()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("faults", new { kind = "null", probability = 0.5 });
        var nulls = 0;
        for (var i = 0; i < 100; i++)
            nulls += (await node.CallAsync("eth_chainId")).ValueKind == JsonValueKind.Null ? 1 : 0;
        Assert.InRange(nulls, 25, 75);
    }

    [Theory]
    [InlineData("""{"kind":"nonsense"}""")]
    [InlineData("""{"kind":"null","probability":0}""")]
    [InlineData("""{"kind":"null","count":0}""")]
    [InlineData("""{"kind":"null","unknown":1}""")]
    [InlineData("""{}""")]
    [InlineData("not json")]
    public async Task A_fault_that_makes_no_sense_is_refused_with_a_reason(string fault)
    {
        await using var node = await StartAsync();
        using var response = await node.Http.PostAsync("admin/faults", new StringContent(fault), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.NotEmpty(error.GetProperty("error").GetString()!);
        Assert.Equal(0, (await node.AdminAsync("faults")).GetProperty("active").GetArrayLength());
    }

    [Fact]
    public async Task A_rate_limit_refuses_what_is_above_it_and_counts_it()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("conditions", new { rate_limit = 3 });
        var refused = 0;
        for (var i = 0; i < 12; i++)
        {
            using var response = await node.PostAsync(Chain);
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
                continue;
            refused++;
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        }

        // Twelve requests cannot take the four seconds that three a second would need.
        Assert.InRange(refused, 1, 9);
        Assert.Equal(refused, (await node.AdminAsync("stats")).GetProperty("rejected").GetInt32());
    }

    [Fact]
    public async Task Latency_delays_each_answer()
    {
        await using var node = await StartAsync();
        await node.AdminAsync("conditions", new { latency_ms = 150 });
        var start = Stopwatch.GetTimestamp();
        await node.CallAsync("eth_chainId");
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(145));
    }

    private static Task<DevChainNode> StartAsync() => DevChainNode.StartAsync(
        new DevChainSettings { Grade = Grade.Load, Blocks = 10, TransactionsPerBlock = 8, LogsPerBlock = 8 });
}
