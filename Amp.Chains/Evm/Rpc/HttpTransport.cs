using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Amp.Chains.Providers;
using Amp.Chains.Rows;

namespace Amp.Chains.Evm.Rpc;

/// <summary>JSON-RPC over HTTP POST.</summary>
internal sealed class HttpTransport : IRpcTransport
{
    private static readonly MediaTypeHeaderValue _json = new("application/json");

    private readonly HttpClient _http;
    private readonly AnswerBuffers _buffers;
    private readonly ProviderFaults _faults;
    private readonly Uri _url;
    private readonly IReadOnlyList<(string Name, string Value)> _headers;

    public HttpTransport(ProviderSettings settings, int concurrency, AnswerBuffers buffers, ProviderFaults faults)
    {
        _buffers = buffers;
        _faults = faults;
        _url = ProviderHeaders.Address(settings);
        _headers = ProviderHeaders.Of(settings);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            EnableMultipleHttp2Connections = true,
            MaxConnectionsPerServer = concurrency,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        })
        {
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<RpcExchange> SendAsync(RpcCall[] calls, CancellationToken cancel)
    {
        var body = _buffers.Rent();
        try
        {
            using var request = Request(calls);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            await ReadAsync(response, body, cancel);
            return Understand(calls, response, body);
        }
        catch
        {
            _buffers.Return(body);
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
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

        foreach (var (name, value) in _headers)
            request.Headers.TryAddWithoutValidation(name, value);
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
        if (_faults.OfStatus(status, response.Headers.RetryAfter, response.Headers.Date) is { } fault)
            throw fault;
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
        throw _faults.Rejected($"answered with status {status}{hint}");
    }
}
