using System.Collections.Concurrent;
using System.Text.Json;
using Amp.Chains.Evm;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.TestKit.Chains;
using Microsoft.AspNetCore.Http;

namespace Amp.UnitTests.Chains;

/// <summary>A node that misbehaves over real HTTP: retried or named, and never a wrong or a short row.</summary>
public sealed class NodeFaults
{
    private const ulong Last = FakeChain.Last;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> PassingFaults => ["429", "500", "503", "empty", "html", "cut", "short", "null", "error", "busy", "wrong block", "missing receipt", "hang", "broken body"];

    [Theory]
    [MemberData(nameof(PassingFaults))]
    public async Task A_fault_that_passes_leaves_no_mark(string fault)
    {
        foreach (var batch in (uint[])[0, 10])
        {
            // Every fourth request fails the first time that it is seen: by the count of requests alone, one could meet the fault at each of its attempts.
            var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
            var firsts = 0;
            await using var node = await ScriptedNode.StartAsync((context, request) =>
                seen.TryAdd(WhatIsAsked(request), true) && Interlocked.Increment(ref firsts) % 4 == 2
                    ? MisbehaveAsync(fault, context, request) : AnswerAsync(context, request));

            // Attempts and time enough for an answer on a busy machine.
            var retry = TestNetwork.Retry with { Attempts = 50 };
            await using var network = new TestNetwork(retry, TestNetwork.Provider(node.Address, batch: batch, timeout: fault == "hang" ? 1 : 30));

            await FakeChain.AssertReadAsync(network.Source);
        }
    }

    [Theory]
    [InlineData("429", ErrorCode.ProviderUnavailable, true)]
    [InlineData("500", ErrorCode.ProviderUnavailable, true)]
    [InlineData("html", ErrorCode.ProviderAnswerInvalid, true)]
    [InlineData("short", ErrorCode.ProviderAnswerInvalid, true)]
    [InlineData("null", ErrorCode.BlockNotFound, true)]
    [InlineData("error", ErrorCode.ProviderUnavailable, true)]
    [InlineData("wrong block", ErrorCode.BlockInvalid, true)]
    [InlineData("missing receipt", ErrorCode.BlockInvalid, true)]
    [InlineData("401", ErrorCode.ProviderRejected, false)]
    [InlineData("403", ErrorCode.ProviderRejected, false)]
    [InlineData("404", ErrorCode.ProviderRejected, false)]
    [InlineData("no method", ErrorCode.ProviderRejected, false)]
    [InlineData("schema", ErrorCode.BlockInvalid, false)]
    public async Task A_fault_that_stays_is_told_after_what_came_before_it(string fault, ErrorCode code, bool retryable)
    {
        var requests = 0;
        await using var node = await ScriptedNode.StartAsync((context, request) =>
        {
            if (Calls(request).All(c => FakeChain.Number(c) < 10))
                return AnswerAsync(context, request);
            Interlocked.Increment(ref requests);
            return MisbehaveAsync(fault, context, request);
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, token: "s3cret-token"));
        var rows = new ReadRows();

        var thrown = await Assert.ThrowsAnyAsync<AmpException>(() => rows.AddAsync(network.Source, 0, 10, cancel: Cancel));

        Assert.Equal((code, retryable), (thrown.Code, thrown.IsRetryable));
        Assert.Equal(Enumerable.Range(0, 10).Select(n => (ulong)n), rows.Headers.Select(h => h.Number));
        Assert.Equal((10, 20, 30), (rows.Blocks.Count, rows.Transactions.Count, rows.Logs.Count));
        Assert.InRange(requests, 1, 2 * TestNetwork.Attempts * TestNetwork.Attempts);
        var text = AmpException.Describe(thrown);
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.True(text.Contains("block 10", StringComparison.Ordinal) || text.Contains("provider 'node'", StringComparison.Ordinal), text);
    }

    [Fact]
    public async Task Answers_of_a_batch_may_come_in_any_order()
    {
        await using var node = await ScriptedNode.StartAsync((context, request) =>
            context.Response.WriteAsync("[" + string.Join(" ,\n", Calls(request).Reverse().Select(c => ScriptedNode.Envelope(c, FakeChain.Result(c)))) + "]", Cancel));
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, batch: 10));

        await FakeChain.AssertReadAsync(network.Source);
    }

    [Fact]
    public async Task Only_method_not_found_switches_to_receipts_one_by_one_and_is_remembered()
    {
        var asked = 0;
        await using var node = await ScriptedNode.StartAsync(call =>
        {
            switch (call.GetProperty("method").GetString())
            {
                case "eth_getBlockReceipts":
                    Interlocked.Increment(ref asked);
                    return null;
                case "eth_getTransactionReceipt":
                    return Receipt(call.GetProperty("params")[0].GetString()!);
                default:
                    return OwnHashes(FakeChain.Result(call)!, FakeChain.Number(call));
            }
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));

        var rows = await ReadRows.AllAsync(network.Source, 0, 20, cancel: Cancel);
        var before = asked;
        await ReadRows.AllAsync(network.Source, 0, 20, cancel: Cancel);

        Assert.Equal((21, 42, 63), (rows.Blocks.Count, rows.Transactions.Count, rows.Logs.Count));
        Assert.Equal(before, asked);
        Assert.True(network.Endpoints[0].ReceiptsPerTransaction);

        // A transaction's hash holds its block, so that the receipt can be made from the hash.
        static string OwnHashes(string json, int number) => json
            .Replace(SampleBlock.Word(0x100), SampleBlock.Word((number << 12) + 0x100), StringComparison.Ordinal)
            .Replace(SampleBlock.Word(0x101), SampleBlock.Word((number << 12) + 0x101), StringComparison.Ordinal);

        static string Receipt(string hash)
        {
            var value = Convert.ToInt32(hash[^8..], 16);
            var receipts = JsonElement.Parse(OwnHashes(FakeChain.Receipts(value >> 12), value >> 12));
            return receipts[value & 0xff].GetRawText();
        }
    }

    [Fact]
    public async Task A_failing_provider_is_set_aside_and_the_others_go_on()
    {
        var bad = 0;
        await using var failing = await ScriptedNode.StartAsync((context, _) =>
        {
            Interlocked.Increment(ref bad);
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        var good = 0;
        await using var working = await ScriptedNode.StartAsync((context, request) =>
        {
            Interlocked.Increment(ref good);
            return AnswerAsync(context, request);
        });
        await using var network = new TestNetwork(TestNetwork.Provider(failing.Address, "bad"), TestNetwork.Provider(working.Address, "good"));

        await FakeChain.AssertReadAsync(network.Source);

        Assert.NotEqual(TimeSpan.MinValue, network.Endpoints[0].Health.AsideUntil);
        Assert.False(network.Endpoints[1].Health.IsAside);
        Assert.InRange(bad, 1, good / 2);
    }

    [Fact]
    public async Task Several_providers_share_the_work()
    {
        var counts = new int[2];
        await using var first = await ScriptedNode.StartAsync(call => Count(0, call));
        await using var second = await ScriptedNode.StartAsync(call => Count(1, call));
        await using var network = new TestNetwork(TestNetwork.Provider(first.Address, "a"), TestNetwork.Provider(second.Address, "b"));

        await FakeChain.AssertReadAsync(network.Source);

        Assert.All(counts, c => Assert.InRange(c, (int)Last / 2, 2 * (int)Last));

        string? Count(int node, JsonElement call)
        {
            Interlocked.Increment(ref counts[node]);
            return FakeChain.Result(call);
        }
    }

    [Fact]
    public async Task A_parent_that_does_not_link_ends_the_range_after_the_blocks_that_do()
    {
        await using var node = await ScriptedNode.StartAsync(call =>
            FakeChain.Number(call) < 20 ? FakeChain.Result(call) : FakeChain.Result(call)!.Replace(SampleBlock.Word(0x10000 + 20), SampleBlock.Word(0xBAD), StringComparison.Ordinal));
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, batch: 6));
        var rows = new ReadRows();

        var thrown = await Assert.ThrowsAnyAsync<AmpException>(() => rows.AddAsync(network.Source, 0, Last, cancel: Cancel));

        Assert.Equal((ErrorCode.ReorganisedChain, true), (thrown.Code, thrown.IsRetryable));
        Assert.Equal(20, rows.Headers.Count);
        Assert.Equal(19UL, rows.Headers[^1].Number);
    }

    [Fact]
    public async Task The_first_block_must_link_to_the_given_parent()
    {
        await using var node = await ScriptedNode.StartAsync(FakeChain.Result);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));

        var thrown = await Assert.ThrowsAnyAsync<AmpException>(() => ReadRows.AllAsync(network.Source, 5, 9, Hash32.Parse(SampleBlock.Word(1)), cancel: Cancel));
        var rows = await ReadRows.AllAsync(network.Source, 5, 9, Hash32.Parse(SampleBlock.Word(0x10005)), cancel: Cancel);

        Assert.Equal(ErrorCode.ReorganisedChain, thrown.Code);
        Assert.Equal(5, rows.Headers.Count);
    }

    [Fact]
    public async Task Batches_are_cut_as_the_options_say_and_miss_nothing()
    {
        await using var node = await ScriptedNode.StartAsync(FakeChain.Result);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, batch: 8));

        var rows = await ReadRows.AllAsync(network.Source, 0, Last, options: new ExtractionOptions { MaxBatchRows = 9 }, cancel: Cancel);

        Assert.Equal((int)(Last + 1) / 3 + 1, rows.Batches);
        Assert.Equal(Enumerable.Range(0, (int)Last + 1).Select(n => (ulong)n), rows.Headers.Select(h => h.Number));
    }

    [Fact]
    public async Task A_reader_that_stops_early_leaves_nothing_running()
    {
        await using var node = await ScriptedNode.StartAsync(FakeChain.Result);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));
        for (var i = 0; i < 20; i++)
        {
            await foreach (var batch in network.Source.ReadAsync(new BlockRange(0, 100_000), null, new ExtractionOptions { MaxBatchRows = 1 }, Cancel))
            {
                batch.Dispose();
                break;
            }
        }

        await FakeChain.AssertReadAsync(network.Source);
    }

    [Fact]
    public async Task A_slow_node_does_not_hold_back_what_has_come()
    {
        var release = new TaskCompletionSource();
        await using var node = await ScriptedNode.StartAsync(async (context, request) =>
        {
            if (FakeChain.Number(request) >= 5)
                await release.Task.WaitAsync(Cancel);
            await AnswerAsync(context, request);
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));
        var options = new ExtractionOptions { MaxBatchDelay = TimeSpan.FromMilliseconds(20) };
        var numbers = new List<ulong>();
        await foreach (var batch in network.Source.ReadAsync(new BlockRange(0, 9), null, options, Cancel))
        {
            numbers.AddRange(batch.Headers.Select(h => h.Number));
            batch.Dispose();
            if (numbers.Count == 5)
                release.TrySetResult();
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(n => (ulong)n), numbers);
    }

    private static string WhatIsAsked(JsonElement request) =>
        string.Join(' ', Calls(request).Select(call => call.GetProperty("method").GetString() + call.GetProperty("params").GetRawText()));

    private static IEnumerable<JsonElement> Calls(JsonElement request) =>
        request.ValueKind == JsonValueKind.Array ? request.EnumerateArray() : [request];

    private static Task AnswerAsync(HttpContext context, JsonElement request) =>
        context.Response.WriteAsync(ScriptedNode.Answer(request, FakeChain.Result), context.RequestAborted);

    private static async Task MisbehaveAsync(string fault, HttpContext context, JsonElement request)
    {
        var whole = ScriptedNode.Answer(request, FakeChain.Result);
        if (int.TryParse(fault, out var status))
        {
            context.Response.StatusCode = status;
            if (status == 429)
                context.Response.Headers.RetryAfter = "0";
            return;
        }

        var text = fault switch
        {
            "empty" => "",
            "html" => "<html>busy</html>",
            "cut" => whole[..(whole.Length / 2)],
            "short" => request.ValueKind == JsonValueKind.Array ? whole[..whole.IndexOf(",{\"jsonrpc", StringComparison.Ordinal)] + "]" : "[]",
            "null" => ScriptedNode.Answer(request, _ => "null"),
            "no method" => ScriptedNode.Answer(request, c => c.GetProperty("method").GetString() == "eth_getBlockReceipts" ? FakeChain.Result(c) : null),
            "error" => "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32005,\"message\":\"limit exceeded\"}}",
            "busy" => ScriptedNode.Answer(request, _ => "null,\"error\":{\"code\":-32000,\"message\":\"busy\"}"),
            "wrong block" => ScriptedNode.Answer(request, c => c.GetProperty("method").GetString() == "eth_getBlockByNumber" ? FakeChain.Block(77) : FakeChain.Result(c)),
            "missing receipt" => ScriptedNode.Answer(request, c => c.GetProperty("method").GetString() == "eth_getBlockReceipts" ? "[]" : FakeChain.Result(c)),
            "schema" => whole.Replace("\"0x9\"", "\"nine\"", StringComparison.Ordinal),
            _ => whole,
        };
        if (fault == "broken body")
        {
            context.Response.ContentLength = text.Length;
            await context.Response.WriteAsync(text[..(text.Length / 2)], context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }

        if (fault == "hang")
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        else
            await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
