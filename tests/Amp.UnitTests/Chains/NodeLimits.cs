using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Amp.Chains.Evm.Rpc;
using Amp.Shared.Faults;
using Amp.TestKit.Chains;
using Microsoft.AspNetCore.Http;

namespace Amp.UnitTests.Chains;

/// <summary>How a provider is treated: limits, pauses, secrets, compression.</summary>
public sealed class NodeLimits
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Compressed_answers_are_understood(string encoding)
    {
        var compressed = 0;
        await using var node = await ScriptedNode.StartAsync(async (context, request) =>
        {
            Assert.Contains(encoding, context.Request.Headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
            context.Response.Headers.ContentEncoding = encoding;
            await using Stream body = encoding == "br"
                ? new BrotliStream(context.Response.Body, CompressionLevel.Fastest)
                : new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await body.WriteAsync(Encoding.UTF8.GetBytes(ScriptedNode.Answer(request, FakeChain.Result)), Cancel);
            Interlocked.Increment(ref compressed);
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, batch: 10));

        await FakeChain.AssertReadAsync(network.Source);

        Assert.True(compressed > 0);
    }

    [Fact]
    public async Task Calls_are_spaced_as_the_rate_limit_says()
    {
        await using var node = await ScriptedNode.StartAsync(FakeChain.Result);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, batch: 2) with { RateLimitPerMinute = 3000 });
        var start = Stopwatch.GetTimestamp();

        await ReadRows.AllAsync(network.Source, 0, 24, cancel: Cancel);

        // 50 calls, 20 ms each; the last request of two starts when the 48 before it have had their time.
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(48 * 20));
    }

    [Fact]
    public async Task No_more_requests_run_at_once_than_the_limit_says()
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        await using var node = await ScriptedNode.StartAsync(async (context, request) =>
        {
            lock (gate)
                most = Math.Max(most, ++now);
            await Task.Yield();
            lock (gate)
                now--;
            await context.Response.WriteAsync(ScriptedNode.Answer(request, FakeChain.Result), context.RequestAborted);
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address) with { ConcurrentRequestLimit = 3 });

        await FakeChain.AssertReadAsync(network.Source);

        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public void A_provider_that_failed_returns_after_a_pause_that_grows()
    {
        var time = new SetTime();
        var health = new RpcHealth(time);
        foreach (var seconds in (double[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), health.Fail(permanent: false, retryAfter: null));
            Assert.Null(health.Fail(permanent: false, retryAfter: null));
            Assert.True(health.IsAside);
            time.Pass(TimeSpan.FromSeconds(seconds));
            Assert.False(health.IsAside);
        }

        Assert.True(health.Succeed());
        Assert.False(health.Succeed());
        Assert.Equal(TimeSpan.FromSeconds(7), health.Fail(permanent: false, TimeSpan.FromSeconds(7)));
    }

    [Fact]
    public async Task A_clock_that_is_set_back_holds_nothing_up()
    {
        var time = new SetTime();
        var health = new RpcHealth(time);
        var pacer = new RpcPacer(60, time);
        health.Fail(permanent: false, retryAfter: null);
        await pacer.WaitAsync(1, Cancel);

        time.Now -= TimeSpan.FromHours(1);
        time.Pass(TimeSpan.FromSeconds(1));

        Assert.False(health.IsAside);
        Assert.True(pacer.WaitAsync(1, Cancel).IsCompleted);
    }

    [Fact]
    public async Task A_date_to_come_back_at_is_read_by_the_clock_of_the_node()
    {
        var nodeTime = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var node = await ScriptedNode.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 429;
            context.Response.GetTypedHeaders().Date = nodeTime;
            context.Response.Headers.RetryAfter = nodeTime.AddSeconds(7).ToString("R", null);
            return Task.CompletedTask;
        });
        using var buffers = new AnswerBuffers();
        await using var endpoint = new RpcEndpoint(TestNetwork.Provider(node.Address), buffers, TimeProvider.System);

        var thrown = await Assert.ThrowsAsync<RetryableException>(() => endpoint.SendAsync([new RpcCall(RpcMethod.ChainId)], Cancel));

        Assert.Equal(TimeSpan.FromSeconds(7), thrown.RetryAfter);
    }

    [Fact]
    public async Task Tokens_go_into_the_header_and_nowhere_else()
    {
        var seen = "";
        await using var node = await ScriptedNode.StartAsync((context, request) =>
        {
            seen = context.Request.Headers.Authorization.ToString();
            return context.Response.WriteAsync("""{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"bad key s3cret-token"}}""", Cancel);
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, token: "s3cret-token"));

        var thrown = await Assert.ThrowsAnyAsync<AmpException>(() => network.Source.GetChainIdAsync(Cancel));

        Assert.Equal("Bearer s3cret-token", seen);
        Assert.Contains("bad key ***", thrown.Message, StringComparison.Ordinal);
    }

    private sealed class SetTime : TimeProvider
    {
        private long _passed;

        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _passed;

        public void Pass(TimeSpan time)
        {
            Now += time;
            _passed += time.Ticks;
        }
    }
}
