using System.Globalization;
using System.Text.Json;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.Faults;

/// <summary>The lake's folder takes nothing for a while: the job waits in ERROR with the cause, and goes on when it takes files again.</summary>
public sealed class TheStoreFails
{
    private const ulong Last = 6_000;

    [Theory]
    [InlineData(LakeFault.Full, "No space left on device")]
    [InlineData(LakeFault.Refuses, "Read-only file system")]
    [InlineData(LakeFault.TimesOut, "Connection timed out")]
    public async Task And_comes_back(LakeFault fault, string cause)
    {
        // A full disk lets files be deleted: nothing is left for a collector.
        await using var faulty = await StartAsync(collector: fault != LakeFault.Full);
        await faulty.WorksAsync("worker-1");
        faulty.Cluster.World!.Break(fault);
        await faulty.HoldsAsync($"(select status = 'ERROR' and detail ->> 'error_code' = 'OBJECT_STORE_ERROR' from jobs where id = {faulty.Job})", "the job is in ERROR");
        var detail = (await faulty.Cluster.GetAsync($"/jobs/{faulty.Job}/progress")).GetProperty("detail").GetProperty("message").GetString();
        Assert.Contains(cause, detail, StringComparison.Ordinal);

        // It is retried, and fails again, for as long as the store fails.
        await faulty.HoldsAsync($"(select attempts >= 2 from jobs where id = {faulty.Job})", "the job was retried");
        faulty.Cluster.World.Mend();
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
    }

    [Fact]
    public async Task And_hangs_while_the_node_goes_on_answering()
    {
        await using var faulty = await StartAsync(40_000);
        await faulty.WorksAsync("worker-1");
        faulty.Cluster.World!.Break(LakeFault.Hangs);
        var atBreak = await ServedAsync(faulty.Cluster);

        // Nothing more is asked of the node once the buffers are full; the leases outlast what they would without a beat.
        var (atRest, looks) = (atBreak, 0);
        await Eventually.TrueAsync(
            async () =>
            {
                var before = atRest;
                atRest = await ServedAsync(faulty.Cluster);
                looks = atRest == before ? looks + 1 : 0;
                return looks == 40;
            },
            "the workers ask the node for no more");
        await faulty.HoldsAsync("exists (select 1 from block_ranges where state = 'LEASED' and claimed_at < now() - interval '8 seconds')", "a lease is older than 8 s");
        Assert.All(faulty.Cluster.Workers.Values, w => Assert.InRange(ResidentMegabytes(w.Id), 1, 512));

        faulty.Cluster.World.Mend();
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
        Assert.Equal(0L, await faulty.Cluster.Database.ScalarAsync("select count(*) from job_events where event_type in ('LEASE_EXPIRED', 'ERROR')"));
        var afterwards = await ServedAsync(faulty.Cluster) - atRest;
        Assert.True(atRest - atBreak < afterwards / 2, $"{atRest - atBreak} bytes were asked for while the store hung, {afterwards} when it took files again");
    }

    [Fact]
    public async Task And_no_worker_holds_more_than_it_has_slots_for()
    {
        await using var faulty = await StartAsync(20_000, slots: 2);
        await faulty.Cluster.RegisterAsync("test/other@1.0.0");
        await faulty.Cluster.DeployAsync("test/other@1.0.0", "20000");
        await faulty.Cluster.RegisterAsync("test/endless@1.0.0");
        var endless = await faulty.Cluster.DeployAsync("test/endless@1.0.0", endBlock: null);
        faulty.Cluster.World!.Break(LakeFault.Hangs);

        // Ranges wait, and nobody takes them for longer than any look takes; a head comes on top.
        await faulty.HoldsAsync(
            "(select count(*) = 4 and min(claimed_at) < now() - interval '8 seconds' from block_ranges where state = 'LEASED' and not is_head)", "all slots are taken for 8 s");
        await faulty.HoldsAsync("exists (select 1 from block_ranges where state = 'LEASED' and is_head)", "the head is followed");
        Assert.Equal(2, (int)(await faulty.Cluster.Database.ScalarAsync(
            "select max(n)::int from (select count(*) as n from block_ranges where state = 'LEASED' and not is_head group by node_id) held"))!);
        Assert.True((bool)(await faulty.Cluster.Database.ScalarAsync("select count(*) > 0 from block_ranges where state = 'WAITING' and not is_head"))!);
        Assert.Equal(2, (await faulty.Cluster.GetAsync("/workers/worker-1")).GetProperty("slots").GetInt32());

        faulty.Cluster.World.Mend();
        await faulty.Cluster.SendAsync(HttpMethod.Put, $"/jobs/{endless}/stop");
        await faulty.CompletesAsync();
    }

    private static Task<FaultyCluster> StartAsync(ulong last = Last, bool collector = true, int slots = 2) =>
        FaultyCluster.StartAsync(last, new AmpClusterSettings
        {
            BentWorld = true,
            OnS3 = false,
            Config = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["writer.collector.active"] = collector ? "true" : "false",
                ["worker_slots"] = slots.ToString(CultureInfo.InvariantCulture),
            },
        });

    private static async Task<long> ServedAsync(AmpCluster cluster)
    {
        using var http = new HttpClient();
        var stats = JsonElement.Parse(await http.GetStringAsync(new Uri(cluster.ChainUrl!, "/admin/stats")));
        return stats.GetProperty("bytes").GetInt64();
    }

    private static long ResidentMegabytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
