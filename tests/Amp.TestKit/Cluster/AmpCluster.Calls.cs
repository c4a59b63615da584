using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Amp.TestKit.Cluster;

/// <summary>What scenarios ask of the cluster over its public wires.</summary>
public sealed partial class AmpCluster
{
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };
    private HttpClient? _admin;

    /// <summary>The Admin API of the first controller.</summary>
    public HttpClient Admin => _admin ??= new HttpClient { BaseAddress = _controllers[0].Admin, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Registers a raw dataset over a network with all of its tables.</summary>
    /// <param name="reference"><c>namespace/name</c> or <c>namespace/name@version</c>.</param>
    public async Task RegisterAsync(string reference, ulong startBlock = 0, bool finalizedOnly = false, string network = Network)
    {
        var (space, name, version) = Split(reference);
        var body = new JsonObject
        {
            ["namespace"] = space,
            ["name"] = name,
            ["manifest"] = new JsonObject { ["kind"] = "evm-rpc", ["network"] = network, ["start_block"] = startBlock, ["finalized_blocks_only"] = finalizedOnly, ["tables"] = new JsonObject() },
        };
        if (version is not null)
            body["version"] = version;
        await SendAsync(HttpMethod.Post, "/datasets", body);
    }

    /// <summary>Deploys; the id of the job.</summary>
    /// <param name="endBlock">A number as text, <c>latest</c>, <c>-N</c>, or null to follow the chain for ever.</param>
    public async Task<long> DeployAsync(string reference, string? endBlock = null, int? parallelism = null)
    {
        var (space, name, version) = Split(reference);
        var body = new JsonObject();
        if (endBlock is not null)
            body["end_block"] = endBlock;
        if (parallelism is not null)
            body["parallelism"] = parallelism;
        var answer = await SendAsync(HttpMethod.Post, $"/datasets/{space}/{name}/versions/{version ?? "latest"}/deploy", body);
        return answer.GetProperty("job_id").GetInt64();
    }

    public Task<JsonElement> JobAsync(long job) => GetAsync($"/jobs/{job}");

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Admin.GetAsync(path);
        return await ReadAsync(answer, $"GET {path}");
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await Admin.SendAsync(request);
        return await ReadAsync(answer, $"{method} {path}");
    }

    /// <summary>Has a version verified and gives what was found.</summary>
    public async Task<JsonElement> VerifyAsync(string dataset, TimeSpan? deadline = null)
    {
        var id = (await SendAsync(HttpMethod.Post, $"/datasets/{dataset.Replace("@", "/versions/", StringComparison.Ordinal)}/verify")).GetProperty("verification_id");
        var done = await Eventually.SatisfiesAsync(
            () => SendAsync(HttpMethod.Get, $"/verifications/{id}"), v => v.TryGetProperty("ended_at", out _), $"verification {id} ends", deadline, () => Tails());
        return done.GetProperty("report");
    }

    /// <summary>Has the simulated chain do something: <c>admin/mine</c>, <c>admin/reorg</c>, <c>admin/faults</c>, <c>admin/clear</c>.</summary>
    public async Task TellChainAsync(string path, JsonObject body)
    {
        using var http = new HttpClient { BaseAddress = ChainUrl };
        using var answer = await http.PostAsJsonAsync(path, body);
        await ReadAsync(answer, $"POST {path}");
    }

    /// <summary>Waits until the job has one of the states.</summary>
    public Task<JsonElement> WaitForJobAsync(long job, string status, TimeSpan? deadline = null) => Eventually.SatisfiesAsync(
        () => JobAsync(job),
        j => string.Equals(j.GetProperty("status").GetString(), status, StringComparison.OrdinalIgnoreCase),
        $"job {job} is {status}", deadline, () => Tails());

    /// <summary>Waits until every table of the job has reached the block.</summary>
    public Task WaitForBlockAsync(long job, ulong block, TimeSpan? deadline = null) => Eventually.SatisfiesAsync(
        () => GetAsync($"/jobs/{job}/progress"),
        p => p.GetProperty("tables").EnumerateObject() is var tables && tables.Any()
            && tables.All(t => t.Value.TryGetProperty("current_block", out var current) && current.ValueKind == JsonValueKind.Number && current.GetUInt64() >= block),
        $"job {job} has reached block {block}", deadline, () => Tails());

    /// <summary>The rows of a query over JSON Lines, from the first server unless another is named.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string sql, ServerProcess? server = null)
    {
        using var content = new StringContent(sql, Encoding.UTF8, "text/plain");
        using var answer = await _http.PostAsync((server ?? _servers[0]).JsonLines, content);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} to {sql}: {text}");
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    /// <summary>Calls a method of the simulated chain.</summary>
    public async Task<JsonElement> RpcAsync(string method, params JsonNode?[] parameters)
    {
        using var answer = await _http.PostAsJsonAsync(ChainUrl, new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = new JsonArray(parameters) });
        var result = await ReadAsync(answer, method);
        return result.TryGetProperty("error", out var error) ? throw new InvalidOperationException($"{method}: {error}") : result.GetProperty("result");
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, string what)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} to {what}: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    private static (string Namespace, string Name, string? Version) Split(string reference)
    {
        var at = reference.IndexOf('@');
        var version = at < 0 ? null : reference[(at + 1)..];
        var parts = (at < 0 ? reference : reference[..at]).Split('/');
        return (parts[0], parts[1], version);
    }
}
