using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Providers;
using Amp.Shared.Faults;
using Amp.TestKit.Chains;
using Microsoft.AspNetCore.Http;

namespace Amp.UnitTests.Chains;

/// <summary>JSON-RPC over a real WebSocket, with a node that behaves and one that does not.</summary>
public sealed class SocketFaults
{
    private static readonly RpcCall _chainId = new(RpcMethod.ChainId);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task A_range_is_read_over_one_connection(uint batch)
    {
        await using var node = await ScriptedSocketNode.StartAsync(FakeChain.Result);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, batch: batch));

        await FakeChain.AssertReadAsync(network.Source);
        await FakeChain.AssertReadAsync(network.Source);

        Assert.Single(node.Sockets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Answers_and_their_parts_may_come_in_any_order(uint batch)
    {
        // The first answer of two waits for the second.
        var held = new ConcurrentQueue<TaskCompletionSource>();
        var requests = 0;
        await using var node = await ScriptedSocketNode.StartAsync(async (socket, request) =>
        {
            if (Interlocked.Increment(ref requests) % 2 == 1 && FakeChain.Number(Calls(request)[0]) < 30)
            {
                var next = new TaskCompletionSource();
                held.Enqueue(next);
                await Task.WhenAny(next.Task, Task.Delay(TimeSpan.FromSeconds(2), Cancel));
            }

            var answers = Calls(request).Reverse().Select(c => ScriptedNode.Envelope(c, FakeChain.Result(c)));
            await socket.SendAsync(request.ValueKind == JsonValueKind.Array ? "[" + string.Join(" ,\n", answers) + "]" : answers.Single());
            if (held.TryDequeue(out var first))
                first.TrySetResult();
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, batch: batch));

        await FakeChain.AssertReadAsync(network.Source);
    }

    [Theory]
    [InlineData("\"id\":ID,\"jsonrpc\":\"2.0\",\"result\":\"0x7\"")]
    [InlineData("\"result\":\"0x7\",\"id\":ID")]
    [InlineData("\"jsonrpc\":\"2.0\",\"result\":\"0x7\",\"error\":null,\"id\":\"ID\"")]
    public async Task The_members_of_an_answer_may_stand_in_any_order(string members)
    {
        await using var node = await ScriptedSocketNode.StartAsync((socket, request) =>
            socket.SendAsync("{" + members.Replace("ID", request.GetProperty("id").GetRawText(), StringComparison.Ordinal) + "}"));
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));

        Assert.Equal(7UL, await network.Source.GetChainIdAsync(Cancel));
    }

    [Fact]
    public async Task An_answer_in_many_pieces_is_put_together()
    {
        await using var node = await ScriptedSocketNode.StartAsync(async (socket, request) =>
        {
            var answer = Encoding.UTF8.GetBytes(ScriptedNode.Answer(request, FakeChain.Result));
            for (var at = 0; at < answer.Length; at += 100)
                await socket.SendAsync(answer.AsMemory(at, Math.Min(100, answer.Length - at)), endOfMessage: at + 100 >= answer.Length);
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, batch: 4) with { ConcurrentRequestLimit = 1 });

        await FakeChain.AssertReadAsync(network.Source);
    }

    public static TheoryData<string> PassingFaults => ["cut", "garbage", "empty", "short", "null", "error", "busy", "abort", "half", "close", "hang", "stranger"];

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task A_fault_that_passes_leaves_no_mark(string fault)
    {
        foreach (var batch in (uint[])[0, 10])
        {
            var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
            var firsts = 0;
            await using var node = await ScriptedSocketNode.StartAsync((socket, request) =>
                seen.TryAdd(WhatIsAsked(request), true) && Interlocked.Increment(ref firsts) % 4 == 2
                    ? MisbehaveAsync(fault, socket, request)
                    : socket.SendAsync(ScriptedNode.Answer(request, FakeChain.Result)));
            var retry = TestNetwork.Retry with { Attempts = 50 };
            await using var network = new TestNetwork(retry, TestNetwork.Provider(node.Address, batch: batch, timeout: fault == "hang" ? 1 : 30));

            await FakeChain.AssertReadAsync(network.Source);

            Assert.Equal(fault is "garbage" or "empty" or "abort" or "half" or "close", node.Sockets.Count > 1);
        }
    }

    [Theory]
    [InlineData("cut", ErrorCode.ProviderAnswerInvalid, "did not answer eth_chainId with JSON-RPC")]
    [InlineData("garbage", ErrorCode.ProviderAnswerInvalid, "did not answer eth_chainId with JSON-RPC")]
    [InlineData("abort", ErrorCode.ProviderUnavailable, "ended the connection")]
    [InlineData("half", ErrorCode.ProviderUnavailable, "ended the connection")]
    [InlineData("close", ErrorCode.ProviderUnavailable, "PolicyViolation too much of ***")]
    [InlineData("hang", ErrorCode.ProviderUnavailable, "timeout_secs = 1")]
    [InlineData("error", ErrorCode.ProviderUnavailable, "error -32005: limit exceeded")]
    [InlineData("busy", ErrorCode.ProviderUnavailable, "error -32000: busy ***")]
    public async Task A_fault_is_retryable_and_named_and_the_next_call_is_answered(string fault, ErrorCode code, string text)
    {
        var requests = 0;
        await using var node = await ScriptedSocketNode.StartAsync((socket, request) => Interlocked.Increment(ref requests) == 1
            ? MisbehaveAsync(fault, socket, request)
            : socket.SendAsync(ScriptedNode.Answer(request, FakeChain.Result)));
        await using var network = new TestNetwork(RetryPolicy.Once, TestNetwork.Provider(node.Address, token: "s3cret-token", timeout: 1));

        var thrown = await Assert.ThrowsAsync<RetryableException>(() => network.Source.GetChainIdAsync(Cancel));

        Assert.Equal(code, thrown.Code);
        var described = AmpException.Describe(thrown);
        Assert.Contains(text, described, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", described, StringComparison.Ordinal);
        Assert.Equal(7UL, await network.Source.GetChainIdAsync(Cancel));
    }

    [Fact]
    public async Task A_connection_that_breaks_fails_all_that_waits_on_it_at_once()
    {
        var requests = 0;
        await using var node = await ScriptedSocketNode.StartAsync((socket, _) =>
        {
            if (Interlocked.Increment(ref requests) == 5)
                socket.Abort();
            return Task.CompletedTask;
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, timeout: 600));

        var calls = Enumerable.Range(0, 5).Select(_ => network.Endpoints[0].SendAsync([_chainId], Cancel)).ToList();

        foreach (var call in calls)
            Assert.Contains("ended the connection", (await Assert.ThrowsAsync<RetryableException>(() => call.WaitAsync(Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_without_an_id_fails_the_one_call_that_gets_no_other_answer()
    {
        var requests = new ConcurrentQueue<JsonElement>();
        var count = 0;
        await using var node = await ScriptedSocketNode.StartAsync(async (socket, request) =>
        {
            requests.Enqueue(request);
            if (Interlocked.Increment(ref count) != 3)
                return;
            await socket.SendAsync("""{"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"limit exceeded"}}""");
            foreach (var answered in (JsonElement[])[.. requests.Where((_, i) => i != 1)])
                await socket.SendAsync(ScriptedNode.Answer(answered, FakeChain.Result));
        });
        await using var network = new TestNetwork(RetryPolicy.Once, TestNetwork.Provider(node.Address, timeout: 600));

        var calls = Enumerable.Range(0, 3).Select(_ => network.Source.GetChainIdAsync(Cancel)).ToList();
        await Task.WhenAny(Task.WhenAll(calls), Task.Delay(TimeSpan.FromSeconds(30), Cancel));

        Assert.Equal(2, calls.Count(c => c.IsCompletedSuccessfully));
        var thrown = Assert.Single(calls, c => c.IsFaulted).Exception!.InnerException;
        Assert.Contains("limit exceeded", AmpException.Describe(thrown!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_many_errors_without_an_id_as_calls_fail_all_of_them_at_once()
    {
        await using var node = await ScriptedSocketNode.StartAsync((socket, _) =>
            socket.SendAsync("""{"jsonrpc":"2.0","error":{"code":-32005,"message":"limit exceeded"}}"""));
        await using var network = new TestNetwork(RetryPolicy.Once, TestNetwork.Provider(node.Address, timeout: 600));

        var calls = Enumerable.Range(0, 3).Select(_ => network.Source.GetChainIdAsync(Cancel)).ToList();

        foreach (var call in calls)
            await Assert.ThrowsAsync<RetryableException>(() => call.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }

    [Fact]
    public async Task One_call_that_is_given_up_leaves_the_others_alone()
    {
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var node = await ScriptedSocketNode.StartAsync(async (socket, request) =>
        {
            asked.TrySetResult();
            await release.Task;
            await socket.SendAsync(ScriptedNode.Answer(request, FakeChain.Result));
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));
        using var leaving = new CancellationTokenSource();
        var given = network.Endpoints[0].SendAsync([_chainId], leaving.Token);
        await asked.Task.WaitAsync(Cancel);
        var kept = network.Source.GetChainIdAsync(Cancel);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        release.SetResult();
        Assert.Equal((7UL, 7UL), (await kept, await network.Source.GetChainIdAsync(Cancel)));
        Assert.Single(node.Sockets);
    }

    [Fact]
    public async Task A_late_answer_is_taken_for_nobody()
    {
        var late = new TaskCompletionSource<string>();
        var requests = 0;
        await using var node = await ScriptedSocketNode.StartAsync(async (socket, request) =>
        {
            if (Interlocked.Increment(ref requests) == 1)
            {
                late.SetResult(ScriptedNode.Envelope(request, "\"0xbad\""));
                return;
            }

            await socket.SendAsync(await late.Task);
            await socket.SendAsync(ScriptedNode.Answer(request, FakeChain.Result));
        });
        await using var network = new TestNetwork(RetryPolicy.Once, TestNetwork.Provider(node.Address, timeout: 1));

        await Assert.ThrowsAsync<RetryableException>(() => network.Source.GetChainIdAsync(Cancel));

        // A busy machine may miss the second of time-out again.
        ulong? given = null;
        while (given is null)
        {
            try
            {
                given = await network.Source.GetChainIdAsync(Cancel);
            }
            catch (RetryableException)
            {
                Assert.True(Volatile.Read(ref requests) < 20);
            }
        }

        Assert.Equal(7UL, given);
        Assert.Single(node.Sockets);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_ends_the_connection_and_not_the_process()
    {
        await using var node = await ScriptedSocketNode.StartAsync(async (socket, request) =>
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes($"{{\"id\":{request.GetProperty("id").GetRawText()},\"result\":\""), endOfMessage: false);
            for (var i = 0; i < 1024; i++)
                await socket.SendAsync(new byte[1024], endOfMessage: false);
        });
        using var buffers = new AnswerBuffers();
        using var client = new ClientWebSocket();
        await client.ConnectAsync(node.Address, Cancel);
        var faults = new ProviderFaults(TestNetwork.Provider(node.Address), TimeProvider.System);
        await using var socket = new RpcSocket(client, buffers, new HeadFeed(TimeProvider.System), faults, TimeProvider.System, longestAnswer: 256 << 10);

        var thrown = await Assert.ThrowsAsync<RetryableException>(() => socket.TrySendAsync([_chainId], Cancel));

        Assert.Equal(ErrorCode.ResourcesExhausted, thrown.Code);
        Assert.Contains($"longer than {256 << 10} bytes", thrown.Message, StringComparison.Ordinal);
        Assert.False(socket.IsOpen);
        Assert.Null(await socket.TrySendAsync([_chainId], Cancel));
    }

    [Theory]
    [InlineData("bearer", "Authorization", "Bearer s3cret-token")]
    [InlineData("header", "X-Key", "s3cret-token")]
    [InlineData("user", "Authorization", "Basic dXNlcjpzM2NyZXQtdG9rZW4=")]
    public async Task Who_we_are_is_said_when_the_connection_is_made(string how, string header, string value)
    {
        await using var node = await ScriptedSocketNode.StartAsync(FakeChain.Result);
        var plain = TestNetwork.Provider(node.Address);
        await using var network = new TestNetwork(how switch
        {
            "bearer" => plain with { AuthToken = "s3cret-token" },
            "header" => plain with { AuthToken = "s3cret-token", AuthHeader = "X-Key" },
            _ => plain with { Url = new UriBuilder(node.Address) { UserName = "user", Password = "s3cret-token" }.Uri },
        });

        Assert.Equal(7UL, await network.Source.GetChainIdAsync(Cancel));
        Assert.Equal(value, Assert.Single(node.Sockets).Headers[header]);
    }

    [Theory]
    [InlineData(401, false, "refuses us with status 401")]
    [InlineData(200, false, "answered with status 200: does its url take WebSockets?")]
    [InlineData(302, false, "answered with status 302")]
    [InlineData(503, true, "answered with status 503")]
    [InlineData(429, true, "answered with status 429")]
    public async Task A_refused_connection_is_judged_by_its_status(int status, bool retryable, string text)
    {
        await using var node = await ScriptedSocketNode.StartAsync((_, _) => Task.CompletedTask, context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "7";
            context.Response.Headers.Location = "/elsewhere";
            return false;
        });
        using var buffers = new AnswerBuffers();
        await using var endpoint = new RpcEndpoint(TestNetwork.Provider(new Uri(node.Address, "/v2/s3cret-key")), buffers, TimeProvider.System);

        var thrown = await Assert.ThrowsAnyAsync<AmpException>(() => endpoint.SendAsync([_chainId], Cancel));

        Assert.Equal(retryable, thrown.IsRetryable);
        Assert.Contains(text, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", AmpException.Describe(thrown), StringComparison.Ordinal);
        if (thrown is RetryableException again)
            Assert.Equal(TimeSpan.FromSeconds(7), again.RetryAfter);
    }

    [Fact]
    public async Task A_node_that_is_not_there_cannot_be_reached()
    {
        Uri address;
        await using (var node = await ScriptedSocketNode.StartAsync(FakeChain.Result))
            address = node.Address;
        using var buffers = new AnswerBuffers();
        await using var endpoint = new RpcEndpoint(TestNetwork.Provider(address), buffers, TimeProvider.System);

        var thrown = await Assert.ThrowsAsync<RetryableException>(() => endpoint.SendAsync([_chainId], Cancel));

        Assert.Contains("cannot be reached", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_hold_as_over_http()
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        await using var node = await ScriptedSocketNode.StartAsync(async (socket, request) =>
        {
            lock (gate)
                most = Math.Max(most, ++now);
            await Task.Yield();
            lock (gate)
                now--;
            await socket.SendAsync(ScriptedNode.Answer(request, FakeChain.Result));
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address) with { ConcurrentRequestLimit = 3, RateLimitPerMinute = 6000 });
        var start = TimeProvider.System.GetTimestamp();

        await FakeChain.AssertReadAsync(network.Source);

        Assert.InRange(most, 1, 3);
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(79 * 10));
    }

    private static JsonElement[] Calls(JsonElement request) => request.ValueKind == JsonValueKind.Array ? [.. request.EnumerateArray()] : [request];

    private static string WhatIsAsked(JsonElement request) =>
        string.Join(' ', Calls(request).Select(call => call.GetProperty("method").GetString() + call.GetProperty("params").GetRawText()));

    private static async Task MisbehaveAsync(string fault, ScriptedSocket socket, JsonElement request)
    {
        var whole = ScriptedNode.Answer(request, FakeChain.Result);
        switch (fault)
        {
            case "hang":
                return;
            case "abort":
                socket.Abort();
                return;
            case "half":
                await socket.SendAsync(Encoding.UTF8.GetBytes(whole[..(whole.Length / 2)]), endOfMessage: false);
                socket.Abort();
                return;
            case "close":
                await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, "too much of s3cret-token");
                return;
            case "stranger":
                await socket.SendAsync("""{"jsonrpc":"2.0","id":1999999999,"result":"0x1"}""");
                await socket.SendAsync("""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{"number":7}}}""");
                await socket.SendAsync(whole);
                return;
            default:
                await socket.SendAsync(fault switch
                {
                    "cut" => whole[..^2],
                    "garbage" => "<html>busy</html>",
                    "empty" => "",
                    "short" => request.ValueKind == JsonValueKind.Array ? whole[..whole.IndexOf(",{\"jsonrpc", StringComparison.Ordinal)] + "]" : $"[{ScriptedNode.Envelope(request, "null")}]",
                    "null" => ScriptedNode.Answer(request, _ => "null"),
                    "error" => """{"jsonrpc":"2.0","id":null,"error":{"code":-32005,"message":"limit exceeded"}}""",
                    _ => ScriptedNode.Answer(request, _ => "null,\"error\":{\"code\":-32000,\"message\":\"busy s3cret-token\"}"),
                });
                return;
        }
    }
}
