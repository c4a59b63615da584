using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Ctl;

/// <summary>Asks a controller's Admin API.</summary>
internal sealed class AdminClient : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    public AdminClient(Uri address, string? token)
    {
        // What changes something takes as long as it takes; the terminal has Ctrl-C.
        _http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public void Dispose() => _http.Dispose();

    public async Task<JsonElement> GetAsync(string path, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(_patience);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await SendAsync(HttpMethod.Get, path, end.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw Silent(e);
        }
    }

    public Task<JsonElement> PostAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Post, path, ct);

    /// <exception cref="AdminRefusal">The controller answers with an error.</exception>
    /// <exception cref="RetryableException">It does not answer, or cannot do it now.</exception>
    private async Task<JsonElement> SendAsync(HttpMethod method, string path, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            using var response = await _http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            if (response.IsSuccessStatusCode)
                return Parse(text);
            var refusal = AdminRefusal.Of((int)response.StatusCode, text);
            throw response.StatusCode >= HttpStatusCode.InternalServerError ? new RetryableException(ErrorCode.Unavailable, refusal.Message) : refusal;
        }
        catch (HttpRequestException e)
        {
            throw Silent(e);
        }
    }

    private RetryableException Silent(Exception cause) => new(
        ErrorCode.Unavailable, $"no controller answers at {_http.BaseAddress} (--admin-url, AMP_ADMIN_URL); is it running there?", cause);

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
