using System.Net.Http.Headers;
using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Ctl;

/// <summary>Asks a controller's Admin API.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient _http;

    public AdminClient(Uri address, string? token)
    {
        // What is slow there takes as long as it takes; the terminal has Ctrl-C.
        _http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (token is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public void Dispose() => _http.Dispose();

    public Task<JsonElement> GetAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Get, path, ct);

    public Task<JsonElement> PostAsync(string path, CancellationToken ct) => SendAsync(HttpMethod.Post, path, ct);

    /// <exception cref="AdminRefusal">The controller answers with an error.</exception>
    /// <exception cref="RetryableException">It does not answer.</exception>
    private async Task<JsonElement> SendAsync(HttpMethod method, string path, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            using var response = await _http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            return response.IsSuccessStatusCode ? Parse(text) : throw AdminRefusal.Of((int)response.StatusCode, text);
        }
        catch (HttpRequestException e)
        {
            throw new RetryableException(
                ErrorCode.Unavailable, $"no controller answers at {_http.BaseAddress} (--admin-url, AMP_ADMIN_URL); is it running there?", e);
        }
    }

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
