using System.Net;
using System.Text;
using System.Text.Json;
using Amp.ScenarioTests.Faults;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.ObjectStorage;

/// <summary>A server's disk has no room for copies of a bucket's segments: queries are refused with the key, and answered when there is room again.</summary>
public sealed class TheDiskOfTheCacheIsFull
{
    private const string Count = $"select count(*) as n, count(distinct hash) as hashes from \"{FaultyCluster.Dataset}\".blocks";

    [Fact]
    public async Task And_has_room_again()
    {
        await using var faulty = await FaultyCluster.StartAsync(1_000, new AmpClusterSettings { OnS3 = true, BentWorld = true, Workers = 1 });
        await faulty.CompletesAsync();
        var server = faulty.Cluster.Servers[0];
        faulty.Cluster.World!.Break(LakeFault.Full);
        using (var http = new HttpClient())
        {
            using var query = new StringContent(Count, Encoding.UTF8, "text/plain");
            using var refused = await http.PostAsync(server.JsonLines, query);
            var text = await refused.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.InsufficientStorage, refused.StatusCode);
            var error = JsonElement.Parse(text);
            Assert.Equal("RESOURCES_EXHAUSTED", error.GetProperty("error_code").GetString());
            Assert.Contains("cache_dir", error.GetProperty("error_message").GetString(), StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFiles(faulty.Cluster.CacheDir, "*.partial", SearchOption.AllDirectories));
        faulty.Cluster.World.Mend();
        var row = Assert.Single(await faulty.Cluster.QueryAsync(Count));
        Assert.Equal((1_001UL, 1_001UL), (row.GetProperty("n").GetUInt64(), row.GetProperty("hashes").GetUInt64()));
        Assert.True(server.Process.IsRunning);
    }
}
