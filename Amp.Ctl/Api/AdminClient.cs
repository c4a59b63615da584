using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.Shared.Faults;

namespace Amp.Ctl.Api;

/// <summary>Asks a controller's Admin API.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Far above what a page of a thousand items takes.</summary>
    private const int LargestAnswer = 64 << 20;

    private readonly HttpClient _http;

    public AdminClient(Uri address, string? token)
    {
        // What changes something takes as long as it takes; the terminal has Ctrl-C.
        _http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public void Dispose() => _http.Dispose();

    public Task<JsonElement> GetAsync(string path, CancellationToken ct) => GetAsync(path, _patience, ct);

    public async Task<JsonElement> GetAsync(string path, TimeSpan within, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(within);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await SendAsync(HttpMethod.Get, path, body: null, end.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw Silent(e);
        }
    }

    public Task<JsonElement> PostAsync(string path, JsonNode? body, CancellationToken ct) => SendAsync(HttpMethod.Post, path, body, ct);

    /// <returns>The answer; undefined where it is empty.</returns>
    /// <exception cref="AdminRefusal">The controller answers with an error.</exception>
    /// <exception cref="RetryableException">It does not answer, or cannot do it now.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
            using var response = await _http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            if (response.IsSuccessStatusCode)
                return text.Length == 0 ? default : Parse(text);
            var refusal = AdminRefusal.Of(response.StatusCode, text);
            throw response.StatusCode >= HttpStatusCode.InternalServerError ? new RetryableException(ErrorCode.Unavailable, refusal.Message) : refusal;
        }
        catch (HttpRequestException e)
        {
            throw Silent(e);
        }
    }

    private RetryableException Silent(Exception cause) => new(
        ErrorCode.Unavailable, $"no controller answers at {_http.BaseAddress}; start one there, or say where one is by --admin-url or AMP_ADMIN_URL", cause);

    private JsonElement Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException e)
        {
            throw new AmpException(ErrorCode.InvalidRequest, $"what answers at {_http.BaseAddress} (--admin-url, AMP_ADMIN_URL) is no controller of Amp", e);
        }
    }
}
