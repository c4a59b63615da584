using Amp.ScenarioTests.Faults;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Compaction;

/// <summary>Clusters whose workers write many small segments, merge them as soon as there are two, and collect what was merged.</summary>
internal static class MergingCluster
{
    /// <summary>Nothing is left to be merged or collected, and nobody is at it.</summary>
    private const string Quiet = """
        not exists (select 1 from segments where retired_at is not null) and not exists (select 1 from announced_uploads where collected_at is null)
        and exists (select 1 from revision_leases)
        and not exists (select 1 from revision_leases where node_id is not null or last_segment_id is distinct from (select max(id) from segments))
        """;

    /// <param name="lockSecs">For how long the files of parents stay.</param>
    public static IReadOnlyDictionary<string, string> Config(string lockSecs = "1") => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["writer.segment_flush_interval_secs"] = "0.1",
        ["writer.compactor.active"] = "true",
        ["writer.compactor.min_interval"] = "0.05",
        ["writer.compactor.cooldown_duration"] = "0",
        ["writer.collector.active"] = "true",
        ["writer.collector.min_interval"] = "0.1",
        ["writer.collector.deletion_lock_duration"] = lockSecs,
    };

    public static Task IsQuietAsync(this FaultyCluster faulty) => faulty.HoldsAsync(Quiet, "all is merged and collected", TimeSpan.FromMinutes(2));

    /// <summary>Merged or not, every block is there once and no file is left over.</summary>
    public static async Task EndsWholeAsync(this FaultyCluster faulty)
    {
        await faulty.CompletesAsync();
        await faulty.IsQuietAsync();
        await faulty.AssertWholeAsync();
        Assert.Equal(0L, await faulty.Cluster.Database.ScalarAsync(
            "select count(*) from (select 1 from segments group by revision_id, start_block having count(*) > 1) twice"));
        Assert.True((bool)(await faulty.Cluster.Database.ScalarAsync("select count(*) <= 12 and max(generation) > 0 from segments"))!, "the segments are merged");
    }
}
