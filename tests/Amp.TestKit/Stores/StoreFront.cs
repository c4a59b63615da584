using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Amp.TestKit.Stores;

/// <summary>Stands before an S3 server and hands bytes on, until a test has it refuse or fall silent.</summary>
public sealed class StoreFront : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _store;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly Task _accepting;
    private volatile StoreFrontMood _mood = StoreFrontMood.HandsOn;
    private long _holdAfter = long.MaxValue;
    private long _sent;
    private long _holdAnswersAfter = long.MaxValue;
    private long _answered;
    private int _accepted;
    private int _toLose;

    private StoreFront(Uri store)
    {
        _store = new IPEndPoint(IPAddress.Loopback, store.Port);
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    public Uri Url { get; }

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Bytes that went to the store.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Whether a transfer stands still because of <see cref="HoldAfter"/>.</summary>
    public bool Holds => Sent >= Volatile.Read(ref _holdAfter);

    public static StoreFront Before(Uri store) => new(store);

    /// <summary>From now on, and for the connections that are open: those end.</summary>
    public void Become(StoreFrontMood mood)
    {
        _mood = mood;
        foreach (var client in _open.Keys)
            client.Dispose();
    }

    /// <summary>After so many more bytes nothing goes to the store any more.</summary>
    public void HoldAfter(long bytes) => Volatile.Write(ref _holdAfter, Sent + bytes);

    /// <summary>Of so many requests to write the answers are cut off, after the store has heard them.</summary>
    public void LoseAnswers(int count) => Volatile.Write(ref _toLose, count);

    /// <summary>Whether all of <see cref="LoseAnswers"/> are lost.</summary>
    public bool LostAll => Volatile.Read(ref _toLose) <= 0;

    /// <summary>After so many more bytes nothing comes from the store any more.</summary>
    public void HoldAnswersAfter(long bytes) => Volatile.Write(ref _holdAnswersAfter, Volatile.Read(ref _answered) + bytes);

    /// <summary>Whether answers stand still because of <see cref="HoldAnswersAfter"/>.</summary>
    public bool HoldsAnswers => Volatile.Read(ref _answered) >= Volatile.Read(ref _holdAnswersAfter);

    public void HoldNothing()
    {
        Volatile.Write(ref _holdAfter, long.MaxValue);
        Volatile.Write(ref _holdAnswersAfter, long.MaxValue);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        foreach (var client in _open.Keys)
            client.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _accepted);
                _open[client] = true;
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                if (_mood == StoreFrontMood.HandsOn)
                    await HandOnAsync(client);
                else
                    await AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side has left.
        }
        finally
        {
            _open.TryRemove(client, out _);
        }
    }

    private async Task HandOnAsync(TcpClient client)
    {
        using var store = new TcpClient();
        await store.ConnectAsync(_store, _stop.Token);
        var there = CopyAsync(client.GetStream(), store.GetStream(), isRequest: true);
        var back = CopyAsync(store.GetStream(), client.GetStream(), isRequest: false);
        await Task.WhenAny(there, back);
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isRequest)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            while (isRequest ? Holds : HoldsAnswers)
                await Task.Delay(20, _stop.Token);
            if (!isRequest && !LostAll)
            {
                Interlocked.Decrement(ref _toLose);
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            Interlocked.Add(ref isRequest ? ref _sent : ref _answered, read);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        var buffer = new byte[64 * 1024];
        if (await client.GetStream().ReadAsync(buffer, _stop.Token) == 0)
            return;
        var (status, code) = _mood switch
        {
            StoreFrontMood.Refuses => ("403 Forbidden", "AccessDenied"),
            StoreFrontMood.IsFull => ("403 Forbidden", "QuotaExceeded"),
            StoreFrontMood.IsElsewhere => ("400 Bad Request", "AuthorizationHeaderMalformed"),
            StoreFrontMood.IsNoStore => ("404 Not Found", ""),
            _ => ("503 Service Unavailable", "SlowDown"),
        };
        var body = _mood == StoreFrontMood.IsNoStore
            ? "<html><body>There is nothing here.</body></html>"
            : $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>as the test wants</Message></Error>";
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), _stop.Token);

        // Closed with bytes unread, the answer would be lost with the connection.
        client.Client.Shutdown(SocketShutdown.Send);
        while (await client.GetStream().ReadAsync(buffer, _stop.Token) > 0)
        {
        }
    }
}
