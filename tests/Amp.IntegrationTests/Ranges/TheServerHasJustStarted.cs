using Amp.Shared.Metadata.Ranges;
using Amp.TestKit;
using Amp.TestKit.Postgres;

namespace Amp.IntegrationTests.Ranges;

/// <summary>While the server was away nobody could beat: a lease that ran out meanwhile has not expired.</summary>
public sealed class TheServerHasJustStarted
{
    [Fact]
    public async Task No_lease_is_lost_until_it_has_been_up_for_as_long_as_a_lease_lasts()
    {
        await using var postgres = await TestPostgres.StartOwnAsync();
        await using var jobs = await JobInDatabase.CreateAsync(postgres);
        var (worker, silent, other) = (await jobs.RegisterAsync("w1"), await jobs.RegisterAsync("w2"), await jobs.RegisterAsync("w3"));
        await jobs.PlanAsync(end: 999);
        var (lease, dead) = ((await jobs.ClaimAsync(worker))!, (await jobs.ClaimAsync(silent))!);
        var toPlan = await jobs.DeployAsync();
        var plan = (await JobPlanning.TryTakeAsync(jobs.Source, worker, default))!;
        await jobs.ExecuteAsync($"update jobs set planner_expires_at = now() where id = {toPlan}");
        await jobs.ExpireAsync(lease);
        await jobs.ExpireAsync(dead);

        await postgres.KillAsync();
        await postgres.RestartAsync();
        await jobs.ReconnectsAsync();

        // By the server's own clock, so that a slow machine does not fail the test: what it says holds while it says so.
        var swept = await jobs.SweepAsync();
        var taken = await JobPlanning.TryTakeAsync(jobs.Source, other, default);
        var renewed = await jobs.BeatAsync(worker, [lease], [plan]);
        if (await jobs.AskAsync<bool>($"select {LeaseTerms.JustStartedSql}"))
        {
            Assert.Empty(swept);
            Assert.Null(taken);
            Assert.Equal(lease.RangeId, Assert.Single(renewed.Held).RangeId);
            await jobs.RegisterAsync(lease, 49, done: false);
            Assert.True(await jobs.AskAsync<bool>($"select lease_expires_at > now() from block_ranges where id = {lease.RangeId}"));
            Assert.True(await jobs.AskAsync<bool>($"select planner_expires_at > now() from jobs where id = {toPlan}"));
        }

        // Whoever does not come back loses its ranges all the same.
        await Eventually.TrueAsync(
            async () => swept.Concat(await jobs.SweepAsync()).Any(l => l.RangeId == dead.RangeId), "the lease of the silent worker is freed");
        Assert.False(await jobs.AskAsync<bool>($"select {LeaseTerms.JustStartedSql}"));
    }
}
