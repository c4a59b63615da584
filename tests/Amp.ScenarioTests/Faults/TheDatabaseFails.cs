using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Faults;

/// <summary>PostgreSQL restarts or drops connections while workers extract: every process reconnects, nothing exits, nothing is lost.</summary>
public sealed class TheDatabaseFails
{
    private const ulong Last = 8_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_restarts_under_load(bool crash)
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { OwnPostgres = true });
        await faulty.WorksAsync("worker-1");
        if (crash)
            await faulty.Cluster.Postgres.KillAsync();
        await faulty.Cluster.Postgres.RestartAsync();

        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
        await NoJobIsSetBackAsync(faulty);
        Assert.All(faulty.Cluster.Controllers, c => Assert.True(c.Process.IsRunning, c.Process.Tail(30)));
        Assert.All(faulty.Cluster.Servers, s => Assert.True(s.Process.IsRunning, s.Process.Tail(30)));
    }

    [Fact]
    public async Task It_is_away_for_longer_than_a_lease_lasts()
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings { OwnPostgres = true });
        await faulty.WorksAsync("worker-1");
        await faulty.Cluster.Postgres.KillAsync();

        // The worker drops its ranges by itself, and gives them back as soon as there is somebody to give them to.
        await faulty.Cluster.Workers["worker-1"].WaitForLogAsync("this worker assumes that it lost its");
        await faulty.Cluster.Postgres.RestartAsync();

        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
        await NoJobIsSetBackAsync(faulty);
    }

    [Theory]
    [InlineData("amp-worker-heartbeat")]
    [InlineData("amp-worker-listen")]
    [InlineData("amp-worker")]
    public async Task Connections_are_terminated(string application)
    {
        await using var faulty = await FaultyCluster.StartAsync(Last, new AmpClusterSettings());
        await faulty.WorksAsync("worker-1");
        var ended = (long)(await faulty.Cluster.Database.ScalarAsync(
            $"select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name = '{application}'"))!;
        Assert.True(ended > 0, $"no connection of {application} was there");

        await faulty.CompletesAsync();
        await faulty.AssertWholeAsync();
        await faulty.HoldsAsync(
            "(select count(*) from workers where heartbeat_at > now() - interval '3 seconds') = 2", "both workers beat");
        await NoJobIsSetBackAsync(faulty);
    }

    /// <summary>A lost connection is no fault of a job, and takes no range from a worker that lives.</summary>
    private static async Task NoJobIsSetBackAsync(FaultyCluster faulty) => Assert.Equal(
        "none",
        await faulty.Cluster.Database.ScalarAsync(
            "select coalesce(string_agg(event_type || ' ' || detail::text, '; '), 'none') from job_events where event_type in ('ERROR', 'FATAL', 'LEASE_EXPIRED')"));
}
