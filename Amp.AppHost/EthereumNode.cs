using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Amp.AppHost;

/// <summary>The one question that the AppHost has for a node.</summary>
internal static class EthereumNode
{
    public static async Task<ulong> HeightAsync(HttpClient http, Uri url, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(url, new { jsonrpc = "2.0", id = 1, method = "eth_blockNumber", @params = Array.Empty<string>() }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var text = body.TryGetProperty("result", out var result) ? result.GetString() : null;
        return text is not null && text.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : throw new HttpRequestException("the node does not answer eth_blockNumber with a number");
    }
}
