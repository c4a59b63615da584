using Amp.ScenarioTests.Faults;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.Compaction;

/// <summary>No room for a merged file: the segments stay as they are, and are merged when there is.</summary>
public sealed class TheStoreIsFullAtAMerge
{
    [Fact]
    public async Task And_has_room_again()
    {
        await using var faulty = await FaultyCluster.StartAsync(
            2_000, new AmpClusterSettings { Workers = 1, BentWorld = true, OnS3 = false, Config = MergingCluster.Config() });
        await faulty.HoldsAsync("exists (select 1 from announced_uploads where leased_revision_id is not null)", "a merge is announced");
        faulty.Cluster.World!.Break(LakeFault.Full);
        var worker = faulty.Cluster.Workers["worker-1"];
        await Eventually.TrueAsync(
            () => worker.Log.Split('\n').Any(l => l.Contains("could not be merged", StringComparison.Ordinal) && l.Contains("No space left on device", StringComparison.Ordinal)),
            "a merge finds no room", details: () => faulty.Cluster.Tails());
        await faulty.HoldsAsync("not exists (select 1 from revision_leases where node_id is not null)", "no lease is kept meanwhile");

        faulty.Cluster.World.Mend();
        await faulty.EndsWholeAsync();
    }
}
