using System.Globalization;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Faults;

/// <summary>Clocks of processes an hour fast and an hour slow: nothing changes, because the database's clock decides every age.</summary>
public sealed class ClocksAreWrong
{
    private const ulong Last = 6_000;

    [Fact]
    public async Task By_an_hour_in_every_process()
    {
        var hour = TimeSpan.FromHours(1);
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { BentWorld = true, ClockOffset = name => name == "worker-1" ? hour : -hour });
        await faulty.WorksAsync("worker-1");
        Assert.InRange(LoggedAt(faulty.Cluster.Workers["worker-1"].Log) - TimeProvider.System.GetUtcNow(), hour - TimeSpan.FromMinutes(5), hour + TimeSpan.FromMinutes(5));
        Assert.InRange(LoggedAt(faulty.Cluster.Workers["worker-2"].Log) - TimeProvider.System.GetUtcNow(), -hour - TimeSpan.FromMinutes(5), -hour + TimeSpan.FromMinutes(5));

        // Both are alive to the others, and one that dies is missed as soon as ever.
        var workers = await faulty.Cluster.GetAsync("/workers");
        Assert.All(workers.GetProperty("workers").EnumerateArray(), w => Assert.True(w.GetProperty("alive").GetBoolean()));
        await faulty.KillAsync("worker-1");
        await faulty.ReleasedAsync("worker-1");
        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
        Assert.Equal(0L, await faulty.Cluster.Database.ScalarAsync("select count(*) from job_events where event_type = 'LEASE_EXPIRED' and node_id <> 'worker-1'"));

        // A job at work for ever is still found, stopped and ended.
        await faulty.Cluster.RegisterAsync("test/endless@1.0.0");
        var endless = await faulty.Cluster.DeployAsync("test/endless@1.0.0", endBlock: null);
        await faulty.Cluster.WaitForBlockAsync(endless, Last, TimeSpan.FromMinutes(1));
        await faulty.Cluster.SendAsync(HttpMethod.Put, $"/jobs/{endless}/stop");
        await faulty.Cluster.WaitForJobAsync(endless, "STOPPED", TimeSpan.FromMinutes(1));
    }

    private static DateTimeOffset LoggedAt(string log) => DateTimeOffset.Parse(log[..log.IndexOf(' ', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
}
