using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Amp.Chains.Providers;
using Amp.Chains.Rows;
using Amp.Shared.Faults;

namespace Amp.Chains.Evm.Rpc;

/// <summary>One provider: its connections, its limits and how it has behaved lately.</summary>
internal sealed class RpcEndpoint : IDisposable
{
    /// <summary>Requests at once when the provider file sets no limit: enough to hide the way to a distant node.</summary>
    public const int DefaultConcurrency = 16;

    private static readonly MediaTypeHeaderValue _json = new("application/json");

    private readonly HttpClient _http;
    private readonly SemaphoreSlim _slots;
    private readonly RpcPacer? _pacer;
    private readonly AnswerBuffers _buffers;
    private readonly TimeProvider _time;
    private readonly Uri _url;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly RpcSecrets _secrets;

    public RpcEndpoint(ProviderSettings settings, AnswerBuffers buffers, TimeProvider time)
    {
        Settings = settings;
        Health = new RpcHealth(time);
        Concurrency = (int)Math.Min(settings.ConcurrentRequestLimit ?? DefaultConcurrency, 4096);
        _buffers = buffers;
        _time = time;
        _slots = new SemaphoreSlim(Concurrency);
        _pacer = settings.RateLimitPerMinute is { } limit ? new RpcPacer(limit, time) : null;
        _secrets = new RpcSecrets(settings);
        _url = new UriBuilder(settings.Url) { UserName = "", Password = "" }.Uri;
        _authorization = Authorization(settings);
        ReceiptsPerTransaction = settings.FetchReceiptsPerTx;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = Concurrency,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    public ProviderSettings Settings { get; }

    public RpcHealth Health { get; }

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
        var body = _buffers.Rent();
        try
        {
            var exchange = await SendWithTimeoutAsync(calls, body, cancel);
            body = null;
            return exchange;
        }
        finally
        {
            _slots.Release();
            if (body is not null)
                _buffers.Return(body);
        }
    }

    /// <summary>The error of a call as a fault that may be shown.</summary>
    public AmpException Fault(RpcCall call, in RpcError error)
    {
        var text = $"provider {Settings.Shown} answered {call} with error {error.Code}: {_secrets.Hide(error.Message)}";
        return error.IsPermanent ? new AmpException(ErrorCode.ProviderRejected, text) : new RetryableException(ErrorCode.ProviderUnavailable, text);
    }

    public void Dispose()
    {
        _http.Dispose();
        _slots.Dispose();
    }

    private async Task<RpcExchange> SendWithTimeoutAsync(RpcCall[] calls, NativeBuffer body, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(Settings.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timer.Token);
        try
        {
            using var request = Request(calls);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            await ReadAsync(response, body, either.Token);
            return Understand(calls, response, body);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw Unavailable($"did not answer within timeout_secs = {Settings.Timeout.TotalSeconds:0.###}", e);
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException)
        {
            throw Unavailable("has a TLS certificate that is not trusted here (SSL_CERT_FILE or SSL_CERT_DIR name further authorities to trust)", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unavailable("cannot be reached", e);
        }
        catch (JsonException e)
        {
            throw new RetryableException(ErrorCode.ProviderAnswerInvalid, $"provider {Settings.Shown} did not answer {calls[0]} with JSON-RPC", e);
        }
    }

    private HttpRequestMessage Request(RpcCall[] calls)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(RpcRequestBody.Write(calls)) };
        request.Content.Headers.ContentType = _json;
        if (_url.Scheme == Uri.UriSchemeHttps)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }

        request.Headers.Authorization = _authorization;
        if (Settings is { AuthHeader: { } header, AuthToken: { } token })
            request.Headers.TryAddWithoutValidation(header, token);
        return request;
    }

    private static async Task ReadAsync(HttpResponseMessage response, NativeBuffer body, CancellationToken cancel)
    {
        const int step = 64 << 10;
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        // One byte more than announced, so that the end is seen without growing.
        var room = (int)Math.Clamp((response.Content.Headers.ContentLength ?? 0) + 1, step, 1 << 30);
        while (await stream.ReadAsync(body.Free(room), cancel) is var read and > 0)
        {
            body.Advance(read);
            room = body.Capacity > body.Length ? 1 : step;
        }
    }

    private RpcExchange Understand(RpcCall[] calls, HttpResponseMessage response, NativeBuffer body)
    {
        var status = (int)response.StatusCode;
        if (status is 401 or 403 or 407)
            throw new AmpException(ErrorCode.ProviderRejected, $"provider {Settings.Shown} refuses us with status {status}: check auth_token, auth_header and url");
        if (status is 408 or 425 or 429 or >= 500)
            throw Unavailable($"answered with status {status}", null, RetryAfter(response));
        var results = new RpcResult[calls.Length];
        try
        {
            RpcAnswerIndex.Read(body.WrittenSpan, results, out var whole);
            if (status < 300 || whole is not null || Array.Exists(results, r => r.Error is not null))
                return new RpcExchange(body, results, whole);
        }
        catch (JsonException) when (status >= 300)
        {
            // The status says more than a body of another kind.
        }

        var hint = status == 413 ? ": its rpc_batch_size is too large" : ": is its url that of a JSON-RPC node?";
        throw new AmpException(ErrorCode.ProviderRejected, $"provider {Settings.Shown} answered with status {status}{hint}");
    }

    private RetryableException Unavailable(string what, Exception? cause, TimeSpan? retryAfter = null) =>
        new(ErrorCode.ProviderUnavailable, $"provider {Settings.Shown} {what}", cause, retryAfter);

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        // By the clock of whoever wrote the date; ours may be wrong.
        { Date: { } date } => date - (response.Headers.Date ?? _time.GetUtcNow()),
        _ => null,
    };

    private static AuthenticationHeaderValue? Authorization(ProviderSettings settings)
    {
        if (settings is { AuthToken: { } token, AuthHeader: null })
            return new AuthenticationHeaderValue("Bearer", token);
        return settings.Url.UserInfo.Length == 0
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(settings.Url.UserInfo))));
    }
}
