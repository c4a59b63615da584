using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Amp.Chains.Evm.Rpc;
using Amp.Shared.Faults;
using Amp.TestKit;
using Amp.TestKit.Chains;

namespace Amp.UnitTests.Chains;

/// <summary>When a WebSocket is closed or given up from our side.</summary>
public sealed class SocketEnds
{
    private static readonly RpcCall _chainId = new(RpcMethod.ChainId);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_leaves_says_goodbye()
    {
        await using var node = await ScriptedSocketNode.StartAsync(FakeChain.Result);
        await using (var network = new TestNetwork(TestNetwork.Provider(node.Address)))
            Assert.Equal(7UL, await network.Source.GetChainIdAsync(Cancel));

        Assert.Equal(WebSocketCloseStatus.NormalClosure, Assert.Single(node.Sockets).ClosedByClient);
    }

    [Fact]
    public async Task What_nobody_uses_is_closed_and_opened_again_when_it_is_needed()
    {
        await using var node = await ScriptedSocketNode.StartAsync(FakeChain.Result);
        using var buffers = new AnswerBuffers();
        var time = new PushedTime();
        await using var endpoint = new RpcEndpoint(TestNetwork.Provider(node.Address), buffers, time);
        await AskAsync();

        time.Push(TimeSpan.FromSeconds(59));
        await AskAsync();
        time.Push(TimeSpan.FromSeconds(59));
        Assert.Null(Assert.Single(node.Sockets).ClosedByClient);
        time.Push(TimeSpan.FromSeconds(61));
        await Eventually.TrueAsync(() => node.Sockets[0].ClosedByClient == WebSocketCloseStatus.NormalClosure, "the connection is closed");

        await AskAsync();
        Assert.Equal(2, node.Sockets.Count);

        async Task AskAsync() => buffers.Return((await endpoint.SendAsync([_chainId], Cancel)).Body);
    }

    [Fact]
    public async Task A_connection_that_died_without_a_word_is_given_up()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var gone = AcceptAndFallSilentAsync(listener);
        using var buffers = new AnswerBuffers();
        await using var endpoint = new RpcEndpoint(TestNetwork.Provider(new Uri($"ws://{listener.LocalEndpoint}"), timeout: 2), buffers, TimeProvider.System);

        var thrown = await Assert.ThrowsAsync<RetryableException>(() => endpoint.SendAsync([_chainId], Cancel));

        Assert.Contains("timeout_secs = 2", thrown.Message, StringComparison.Ordinal);
        await gone.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    /// <summary>Takes one connection and answers nothing on it, no ping either; returns when the client has ended it.</summary>
    private static async Task AcceptAndFallSilentAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancel);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var key = "";
        while (await reader.ReadLineAsync(Cancel) is { Length: > 0 } line)
            key = line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase) ? line[19..] : key;
#pragma warning disable CA5350 // As RFC 6455 asks for.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), Cancel);
        var buffer = new byte[1024];
        try
        {
            while (await stream.ReadAsync(buffer, Cancel) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Ended without a word, too.
        }
    }
}
