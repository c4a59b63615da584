using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text.Json;
using Amp.Chains.Providers;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm.Rpc;

/// <summary>One provider: the way to it, its limits and how it has behaved lately.</summary>
internal sealed class RpcEndpoint : IAsyncDisposable
{
    /// <summary>Requests at once when the provider file sets no limit: enough to hide the way to a distant node.</summary>
    public const int DefaultConcurrency = 16;

    private readonly IRpcTransport _transport;
    private readonly SemaphoreSlim _slots;
    private readonly SemaphoreSlim _subscribing = new(1);
    private readonly RpcPacer? _pacer;
    private readonly AnswerBuffers _buffers;
    private readonly TimeProvider _time;
    private readonly ProviderFaults _faults;

    public RpcEndpoint(ProviderSettings settings, AnswerBuffers buffers, TimeProvider time)
    {
        Settings = settings;
        Health = new RpcHealth(time);
        Concurrency = (int)Math.Min(settings.ConcurrentRequestLimit ?? DefaultConcurrency, 4096);
        _buffers = buffers;
        _time = time;
        _slots = new SemaphoreSlim(Concurrency);
        _pacer = settings.RateLimitPerMinute is { } limit ? new RpcPacer(limit, time) : null;
        _faults = new ProviderFaults(settings, time);
        ReceiptsPerTransaction = settings.FetchReceiptsPerTx;
        if (settings.Url.Scheme is "ws" or "wss")
        {
            Heads = new HeadFeed(time);
            _transport = new SocketTransport(settings, buffers, Heads, _faults, time);
        }
        else
        {
            _transport = new HttpTransport(settings, Concurrency, buffers, _faults);
        }
    }

    public ProviderSettings Settings { get; }

    public RpcHealth Health { get; }

    /// <summary>The heads that it announces; null where the way to it allows for no announcements.</summary>
    public HeadFeed? Heads { get; }

    public int Concurrency { get; }

    public int BatchSize => (int)Math.Clamp(Settings.RpcBatchSize, 1, 1000);

    /// <summary>Whether receipts are asked for one by one: as configured, or because the node knows no other way.</summary>
    public bool ReceiptsPerTransaction { get; set; }

    /// <summary>Sends the calls as one request and reads the whole answer.</summary>
    /// <exception cref="AmpException">The provider cannot be reached, refuses, or does not answer with JSON-RPC.</exception>
    public async Task<RpcExchange> SendAsync(RpcCall[] calls, CancellationToken cancel)
    {
        if (_pacer is not null)
            await _pacer.WaitAsync(calls.Length, cancel);
        await _slots.WaitAsync(cancel);
        try
        {
            return await SendWithTimeoutAsync(calls, cancel);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Asks the node to announce its heads, when it does not yet.</summary>
    /// <returns>Whether that was needed.</returns>
    /// <exception cref="AmpException">It refuses, or cannot be asked.</exception>
    public async Task<bool> SubscribeAsync(CancellationToken cancel)
    {
        await _subscribing.WaitAsync(cancel);
        try
        {
            if (Heads!.IsLive)
                return false;
            var call = new RpcCall(RpcMethod.SubscribeHeads);
            var exchange = await SendAsync([call], cancel);
            _buffers.Return(exchange.Body);
            var result = exchange.Results[0];
            if ((result.Error ?? (result.IsThere ? null : exchange.Whole)) is { } error)
                throw Fault(call, error);
            return result.IsThere ? true : throw _faults.Unavailable($"left {call} unanswered");
        }
        finally
        {
            _subscribing.Release();
        }
    }

    /// <summary>The error of a call as a fault that may be shown.</summary>
    public AmpException Fault(RpcCall call, in RpcError error) => _faults.OfCall(call, error);

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        _subscribing.Dispose();
        _slots.Dispose();
    }

    private async Task<RpcExchange> SendWithTimeoutAsync(RpcCall[] calls, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(Settings.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timer.Token);
        try
        {
            return await _transport.SendAsync(calls, either.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw _faults.Unavailable($"did not answer within timeout_secs = {Settings.Timeout.TotalSeconds:0.###}", e);
        }
        catch (Exception e) when (e is HttpRequestException or WebSocketException && IsOfTls(e))
        {
            throw _faults.Unavailable("has a TLS certificate that is not trusted here (SSL_CERT_FILE or SSL_CERT_DIR name further authorities to trust)", e);
        }
        catch (Exception e) when (e is HttpRequestException or WebSocketException or IOException)
        {
            throw _faults.Unavailable("cannot be reached", e);
        }
        catch (JsonException e)
        {
            throw new RetryableException(ErrorCode.ProviderAnswerInvalid, $"provider {Settings.Shown} did not answer {calls[0]} with JSON-RPC", e);
        }
    }

    private static bool IsOfTls(Exception? e) => e is AuthenticationException || (e is not null && IsOfTls(e.InnerException));
}
