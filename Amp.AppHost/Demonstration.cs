using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Amp.AppHost;

/// <summary>The dataset of a first look: registered once, deployed at every start (which does nothing while its job is active).</summary>
internal sealed class Demonstration(AppHostOptions options, HttpClient http, Uri admin)
{
    private const string Version = "1.0.0";

    // A real chain is far too long for a first look: it begins so many blocks below the head.
    private const ulong RealChainBlocks = 1000;

    public string Name { get; } = options.Network.Replace('-', '_');

    /// <summary>The id of the job.</summary>
    public async Task<long> DeployAsync(CancellationToken stopping)
    {
        using (var known = await http.GetAsync(new Uri(admin, $"/datasets/demo/{Name}/versions/{Version}"), stopping))
        {
            if (known.StatusCode == HttpStatusCode.NotFound)
                await RegisterAsync(stopping);
        }

        var answer = await PostAsync($"/datasets/demo/{Name}/versions/{Version}/deploy", new JsonObject(), stopping);
        return answer.GetProperty("job_id").GetInt64();
    }

    private async Task RegisterAsync(CancellationToken stopping)
    {
        var start = 0UL;
        if (options.Rpc is not null)
        {
            var height = await EthereumNode.HeightAsync(http, options.Rpc, stopping);
            start = height > RealChainBlocks ? height - RealChainBlocks : 0;
        }

        await PostAsync(
            "/datasets",
            new JsonObject
            {
                ["namespace"] = "demo",
                ["name"] = Name,
                ["version"] = Version,
                ["manifest"] = new JsonObject { ["kind"] = "evm-rpc", ["network"] = options.Network, ["start_block"] = start, ["tables"] = new JsonObject() },
            },
            stopping);
    }

    private async Task<JsonElement> PostAsync(string path, JsonObject body, CancellationToken stopping)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(admin, path), body, stopping);
        var text = await answer.Content.ReadAsStringAsync(stopping);
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(text)
            : throw new HttpRequestException($"POST {path} was answered with {(int)answer.StatusCode}: {text}");
    }
}
