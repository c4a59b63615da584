using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Faults;

/// <summary>The node is down, refuses, hangs or lies while two workers extract: what it says is asked again or named, and never becomes a row.</summary>
public sealed class TheNodeFails
{
    private const ulong Last = 12_000;
    private static readonly HttpClient _http = new();

    [Fact]
    public async Task In_each_of_its_ways_under_load()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings());
        await faulty.WorksAsync("worker-1");
        foreach (var kind in (string[])["too_many_requests", "server_error", "truncated", "disconnect", "rpc_error", "null", "wrong_block", "wrong_parent", "missing_receipts"])
        {
            await faulty.Cluster.TellChainAsync("admin/faults", new JsonObject { ["kind"] = kind, ["probability"] = 0.3, ["count"] = 10 });
            await faulty.HoldsAsync(
                $"(select count(*) from segments) > {await faulty.Cluster.Database.ScalarAsync("select count(*) from segments")} or (select status = 'COMPLETED' from jobs where id = {faulty.Job})",
                $"work goes on after {kind}", TimeSpan.FromMinutes(1));
        }

        await faulty.Cluster.TellChainAsync("admin/clear", []);
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
    }

    [Fact]
    public async Task And_is_down_for_a_while()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings());
        await faulty.WorksAsync("worker-1");
        await faulty.Cluster.Chain!.KillAsync();
        await faulty.HoldsAsync($"(select status = 'ERROR' and detail ->> 'error_code' = 'PROVIDER_UNAVAILABLE' from jobs where id = {faulty.Job})", "the job is in ERROR", TimeSpan.FromMinutes(2));
        await faulty.RestartChainAsync();
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
    }
}
