using System.Text.Json;
using Amp.Chains.Evm;
using Amp.TestKit;
using Amp.TestKit.Chains;

namespace Amp.UnitTests.Chains;

/// <summary>The newHeads subscription: one for each connection, made again after a drop, and never in the way of anything.</summary>
public sealed class AnnouncedHeads
{
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_announcement_wakes_all_that_follow_and_tells_the_block()
    {
        await using var node = await ScriptedSocketNode.StartAsync(Subscribed);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));
        await using var first = network.Source.FollowHeads();
        await using var second = network.Source.FollowHeads();

        // Each is woken once when the subscription stands, as what came before it was not announced.
        await Task.WhenAll(first.WaitAsync(_long, Cancel), second.WaitAsync(_long, Cancel));
        Assert.True(first.IsLive && second.IsLive);
        var waits = Task.WhenAll(first.WaitAsync(_long, Cancel), second.WaitAsync(_long, Cancel));
        Assert.False(waits.IsCompleted);
        await node.Sockets[0].SendAsync(Announcement("\"0x1f\""));
        await waits;

        Assert.Equal((31UL, 31UL), (first.Newest, second.Newest));
        Assert.Equal(7UL, await network.Source.GetChainIdAsync(Cancel));
        Assert.Single(node.Sockets);
    }

    [Fact]
    public async Task One_connection_is_subscribed_to_once()
    {
        var subscriptions = 0;
        await using var node = await ScriptedSocketNode.StartAsync(call =>
        {
            if (call.GetProperty("method").GetString() == "eth_subscribe")
                Interlocked.Increment(ref subscriptions);
            return Subscribed(call);
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));
        for (var i = 0; i < 3; i++)
        {
            await using var heads = network.Source.FollowHeads();
            await heads.WaitAsync(_long, Cancel);
            Assert.True(heads.IsLive);
        }

        Assert.Equal(1, subscriptions);
    }

    [Fact]
    public async Task Announcements_while_nobody_waits_are_one_wake()
    {
        await using var node = await ScriptedSocketNode.StartAsync(Subscribed);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));
        await using var heads = network.Source.FollowHeads();
        await heads.WaitAsync(_long, Cancel);

        for (var number = 1; number <= 9; number++)
            await node.Sockets[0].SendAsync(Announcement($"\"0x{number:x}\""));
        await Eventually.TrueAsync(() => heads.Newest == 9, "all is announced");

        await heads.WaitAsync(_long, Cancel);
        var start = TimeProvider.System.GetTimestamp();
        await heads.WaitAsync(TimeSpan.FromMilliseconds(200), Cancel);
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(190));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("\"no number\"")]
    public async Task An_announcement_that_is_not_understood_is_a_reason_to_look(string number)
    {
        await using var node = await ScriptedSocketNode.StartAsync(Subscribed);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));
        await using var heads = network.Source.FollowHeads();
        await heads.WaitAsync(_long, Cancel);

        await node.Sockets[0].SendAsync(Announcement(number));

        await heads.WaitAsync(_long, Cancel);
        Assert.Equal(0UL, heads.Newest);
        Assert.True(heads.IsLive);
    }

    [Fact]
    public async Task A_dropped_connection_wakes_and_is_subscribed_to_again()
    {
        await using var node = await ScriptedSocketNode.StartAsync(Subscribed);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));
        await using var heads = network.Source.FollowHeads();
        await heads.WaitAsync(_long, Cancel);

        node.Sockets[0].Abort();
        await heads.WaitAsync(_long, Cancel);
        Assert.False(heads.IsLive);

        // Not at once, so that a node that drops every connection is not stormed.
        await heads.WaitAsync(TimeSpan.Zero, Cancel);
        Assert.Single(node.Sockets);
        await Eventually.TrueAsync(
            async () =>
            {
                await heads.WaitAsync(TimeSpan.FromMilliseconds(10), Cancel);
                return heads.IsLive;
            },
            "it is subscribed to again");
        Assert.Equal(2, node.Sockets.Count);
    }

    [Theory]
    [InlineData("method not found")]
    [InlineData("busy")]
    [InlineData("silent")]
    [InlineData("drop")]
    public async Task A_node_that_does_not_subscribe_serves_calls_as_before(string fault)
    {
        var subscriptions = 0;
        await using var node = await ScriptedSocketNode.StartAsync(async (socket, request) =>
        {
            if (request.GetProperty("method").GetString() != "eth_subscribe")
            {
                await socket.SendAsync(ScriptedNode.Answer(request, FakeChain.Result));
                return;
            }

            Interlocked.Increment(ref subscriptions);
            if (fault == "drop")
                socket.Abort();
            else if (fault == "busy")
                await socket.SendAsync(ScriptedNode.Envelope(request, "null,\"error\":{\"code\":-32000,\"message\":\"busy\"}"));
            else if (fault == "method not found")
                await socket.SendAsync(ScriptedNode.Envelope(request, null));
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, timeout: 1));
        await using var heads = network.Source.FollowHeads();

        await Eventually.TrueAsync(
            async () =>
            {
                await heads.WaitAsync(TimeSpan.FromMilliseconds(5), Cancel);
                return subscriptions > 0;
            },
            "it is asked to announce");
        for (var i = 0; i < 20; i++)
            await heads.WaitAsync(TimeSpan.FromMilliseconds(5), Cancel);

        Assert.False(heads.IsLive);
        Assert.InRange(subscriptions, 1, 2);
        Assert.False(network.Endpoints[0].Health.IsAside);
        await FakeChain.AssertReadAsync(network.Source);
    }

    [Fact]
    public async Task Of_several_providers_those_with_a_socket_announce_and_one_stands_in_for_another()
    {
        await using var plain = await ScriptedNode.StartAsync(FakeChain.Result);
        await using var refusing = await ScriptedSocketNode.StartAsync(FakeSubscription(null));
        await using var announcing = await ScriptedSocketNode.StartAsync(Subscribed);
        await using var network = new TestNetwork(
            TestNetwork.Provider(plain.Address, "a"), TestNetwork.Provider(refusing.Address, "b"), TestNetwork.Provider(announcing.Address, "c"));
        await using var heads = network.Source.FollowHeads();

        await Eventually.TrueAsync(
            async () =>
            {
                await heads.WaitAsync(TimeSpan.FromMilliseconds(10), Cancel);
                return heads.IsLive;
            },
            "one announces");

        await announcing.Sockets[0].SendAsync(Announcement("\"0x5\""));
        await Eventually.TrueAsync(() => heads.Newest == 5, "it is that one");
    }

    [Fact]
    public async Task Over_http_nothing_is_announced()
    {
        await using var node = await ScriptedNode.StartAsync(Subscribed);
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address));
        await using var heads = network.Source.FollowHeads();

        await heads.WaitAsync(TimeSpan.FromMilliseconds(20), Cancel);

        Assert.False(heads.IsLive);
    }

    [Fact]
    public async Task Who_leaves_while_it_subscribes_leaves_nothing_behind()
    {
        var asked = new TaskCompletionSource();
        await using var node = await ScriptedSocketNode.StartAsync((_, _) =>
        {
            asked.TrySetResult();
            return Task.CompletedTask;
        });
        await using var network = new TestNetwork(TestNetwork.Provider(node.Address, timeout: 600));
        var heads = network.Source.FollowHeads();
        await heads.WaitAsync(TimeSpan.FromMilliseconds(1), Cancel);
        await asked.Task;

        await heads.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    private static string? Subscribed(JsonElement call) => FakeSubscription("\"0x1\"")(call);

    private static Func<JsonElement, string?> FakeSubscription(string? result) =>
        call => call.GetProperty("method").GetString() == "eth_subscribe" ? result : FakeChain.Result(call);

    private static string Announcement(string number) =>
        """{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"0x1","result":{"number":NUMBER,"hash":"0x0"}}}"""
            .Replace("NUMBER", number, StringComparison.Ordinal);
}
