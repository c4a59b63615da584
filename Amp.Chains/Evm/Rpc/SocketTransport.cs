using System.Net.Http.Headers;
using System.Net.WebSockets;
using Amp.Chains.Providers;

namespace Amp.Chains.Evm.Rpc;

/// <summary>JSON-RPC over one WebSocket for all requests: opened when it is needed, anew when it has ended, closed when nobody has used it for a while.</summary>
internal sealed class SocketTransport : IRpcTransport
{
    private static readonly TimeSpan _ping = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _idle = TimeSpan.FromMinutes(1);

    private readonly ProviderSettings _settings;
    private readonly AnswerBuffers _buffers;
    private readonly HeadFeed _heads;
    private readonly ProviderFaults _faults;
    private readonly TimeProvider _time;
    private readonly Uri _url;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly SemaphoreSlim _opening = new(1);
    private readonly ITimer _idleness;
    private RpcSocket? _socket;

    public SocketTransport(ProviderSettings settings, AnswerBuffers buffers, HeadFeed heads, ProviderFaults faults, TimeProvider time)
    {
        _settings = settings;
        _buffers = buffers;
        _heads = heads;
        _faults = faults;
        _time = time;
        _url = ProviderHeaders.Address(settings);
        _idleness = time.CreateTimer(_ => Volatile.Read(ref _socket)?.CloseWhenIdle(_idle), null, _idle, _idle);
    }

    public async Task<RpcExchange> SendAsync(RpcCall[] calls, CancellationToken cancel)
    {
        while (true)
        {
            var socket = await OpenAsync(cancel);
            if (await socket.TrySendAsync(calls, cancel) is { } exchange)
                return exchange;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _idleness.DisposeAsync();
        if (_socket is { } socket)
            await socket.DisposeAsync();
        _opening.Dispose();
        _http.Dispose();
    }

    private async Task<RpcSocket> OpenAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref _socket) is { IsOpen: true } open)
            return open;
        await _opening.WaitAsync(cancel);
        try
        {
            if (_socket is { IsOpen: true } opened)
                return opened;
            if (_socket is { } ended)
                await ended.DisposeAsync();
            var socket = new RpcSocket(await ConnectAsync(cancel), _buffers, _heads, _faults, _time);
            Volatile.Write(ref _socket, socket);
            return socket;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<WebSocket> ConnectAsync(CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = _ping;
        // A node that is alive answers a ping no later than a call.
        socket.Options.KeepAliveTimeout = _settings.Timeout;
        foreach (var (name, value) in ProviderHeaders.Of(_settings))
            socket.Options.SetRequestHeader(name, value);
        try
        {
            await socket.ConnectAsync(_url, _http, cancel);
            return socket;
        }
        catch (WebSocketException e) when ((int)socket.HttpStatusCode is var status and > 0)
        {
            var fault = _faults.OfStatus(status, RetryAfter(socket), Date(socket))
                ?? _faults.Rejected($"answered with status {status}: does its url take WebSockets?", e);
            socket.Dispose();
            throw fault;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static RetryConditionHeaderValue? RetryAfter(ClientWebSocket socket) =>
        RetryConditionHeaderValue.TryParse(Header(socket, "Retry-After"), out var value) ? value : null;

    private static DateTimeOffset? Date(ClientWebSocket socket) => DateTimeOffset.TryParse(Header(socket, "Date"), null, out var value) ? value : null;

    private static string? Header(ClientWebSocket socket, string name) =>
        socket.HttpResponseHeaders?.TryGetValue(name, out var values) == true ? values.FirstOrDefault() : null;
}
