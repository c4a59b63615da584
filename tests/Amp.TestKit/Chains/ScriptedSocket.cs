using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Amp.TestKit.Chains;

/// <summary>One connection of a <see cref="ScriptedSocketNode"/>.</summary>
public sealed class ScriptedSocket
{
    private readonly SemaphoreSlim _sending = new(1);
    private readonly WebSocket _socket;

    internal ScriptedSocket(WebSocket socket, HttpContext context)
    {
        _socket = socket;
        Headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>With which it was asked for.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>How the client said goodbye; null while it has not.</summary>
    public WebSocketCloseStatus? ClosedByClient { get; private set; }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), endOfMessage: true);

    public async Task SendAsync(ReadOnlyMemory<byte> part, bool endOfMessage)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(part, WebSocketMessageType.Text, endOfMessage, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    public Task CloseAsync(WebSocketCloseStatus status, string reason) => _socket.CloseOutputAsync(status, reason, CancellationToken.None);

    /// <summary>Ends the connection without a word.</summary>
    public void Abort() => _socket.Abort();

    internal async Task RunAsync(Func<ScriptedSocket, JsonElement, Task> answer, CancellationToken stopping)
    {
        var answers = new List<Task>();
        try
        {
            while (await ReadAsync(stopping) is { } text)
            {
                using var request = JsonDocument.Parse(text);
                answers.Add(answer(this, request.RootElement.Clone()));
            }

            ClosedByClient = _socket.CloseStatus;
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // The client or the test has ended it.
        }

        _socket.Abort();
        await Task.WhenAll(answers).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task<string?> ReadAsync(CancellationToken stopping)
    {
        using var message = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), stopping);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length);
        }
    }
}
