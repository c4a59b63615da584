using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Amp.Benchmarks;

/// <summary>What the simulated node took of the machine while something was measured beside it.</summary>
internal sealed class NodeUse : IDisposable
{
    private readonly HttpClient _node;

    private NodeUse(Uri node) => _node = new HttpClient { BaseAddress = node };

    /// <summary>Counts from now on.</summary>
    public static async Task<NodeUse> BeginAsync(Uri node)
    {
        var use = new NodeUse(node);
        using var reset = await use._node.PostAsync("admin/stats/reset", null);
        reset.EnsureSuccessStatusCode();
        return use;
    }

    /// <summary>The node by its own name, which ends with its grade, and its use since the beginning.</summary>
    public async Task<string> TellAsync()
    {
        using var answer = await _node.PostAsJsonAsync("", new { jsonrpc = "2.0", id = 1, method = "web3_clientVersion", @params = Array.Empty<string>() });
        var name = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("result").GetString();
        var stats = await _node.GetFromJsonAsync<JsonElement>("admin/stats");
        var (cpu, elapsed) = (stats.GetProperty("cpu_seconds").GetDouble(), stats.GetProperty("elapsed_seconds").GetDouble());
        return string.Create(CultureInfo.InvariantCulture, $"  beside it {name}: {cpu / elapsed:F2} cores, {cpu:F1} s of CPU in {elapsed:F1} s");
    }

    public void Dispose() => _node.Dispose();
}
