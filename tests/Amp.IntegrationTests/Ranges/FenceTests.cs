using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Amp.TestKit;

namespace Amp.IntegrationTests.Ranges;

/// <summary>Nothing a stale worker does counts.</summary>
public sealed class FenceTests : IAsyncLifetime
{
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task The_segments_of_all_tables_come_with_the_progress()
    {
        await _jobs.PlanAsync(end: 99);
        var lease = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;
        await _jobs.RegisterAsync(lease, 49, done: false);
        Assert.Equal(3L, await _jobs.AskAsync<long>("select count(*) from segments where start_block = 0 and end_block = 49 and range_epoch = 1"));
        Assert.Equal(50L, await _jobs.AskAsync<long>("select next_block from block_ranges"));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from announced_uploads"));
    }

    [Fact]
    public async Task One_table_that_cannot_be_registered_keeps_the_others_out()
    {
        var job = await _jobs.PlanAsync(end: 99);
        var lease = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;
        var segments = await _jobs.SegmentsAsync(job, 0, 49);
        var broken = segments.Select((s, i) => i == 2 ? s with { ObjectSize = 0 } : s).ToArray();
        await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => RangeWrites.RegisterAsync(_jobs.Source, lease, "test/d", broken, 50, done: false, tip: null, again: false, default));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from segments"));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select next_block from block_ranges"));
    }

    [Theory]
    [InlineData("update block_ranges set epoch = epoch + 1")]
    [InlineData("update block_ranges set node_id = 'other'")]
    [InlineData("update block_ranges set incarnation = gen_random_uuid()")]
    [InlineData("update block_ranges set lease_expires_at = now()")]
    [InlineData("update block_ranges set state = 'WAITING', node_id = null, incarnation = null, lease_expires_at = null")]
    [InlineData("delete from block_ranges")]
    public async Task No_write_of_a_worker_without_the_lease_counts(string loss)
    {
        var job = await _jobs.PlanAsync(end: 99);
        var lease = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;
        var segments = await _jobs.SegmentsAsync(job, 0, 99);
        await _jobs.ExecuteAsync(loss);

        await LostAsync(() => RangeWrites.AnnounceAsync(_jobs.Source, lease, [(segments[0].RevisionId, "x.parquet")], default));
        await LostAsync(() => RangeWrites.RegisterAsync(_jobs.Source, lease, "test/d", segments, 100, done: true, tip: null, again: false, default));
        Assert.False(await RangeWrites.ReleaseAsync(_jobs.Source, lease, default));
        Assert.False(await RangeWrites.FailAsync(_jobs.Source, lease, JobStatus.Fatal, "{}", retryAfter: null, default));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from segments"));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from announced_uploads"));
        Assert.Equal(JobStatus.Running, await _jobs.StatusAsync(job));
    }

    [Fact]
    public async Task A_lease_that_expired_goes_to_another_worker_and_the_first_is_refused()
    {
        await _jobs.PlanAsync(end: 99);
        var slow = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("slow")))!;
        await _jobs.ExpireAsync(slow);
        Assert.Equal([new ExpiredLease(slow.RangeId, slow.JobId, "slow")], await _jobs.SweepAsync());
        var quick = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("quick")))!;
        await LostAsync(() => _jobs.RegisterAsync(slow, 99, done: true));
        await _jobs.RegisterAsync(quick, 99, done: true);
        Assert.Equal(3L, await _jobs.AskAsync<long>("select count(*) from segments"));
    }

    [Fact]
    public async Task Two_sweeps_at_once_free_each_lease_once()
    {
        await _jobs.PlanAsync(parallelism: 20);
        var worker = await _jobs.RegisterAsync("w1");
        for (var i = 0; i < 10; i++)
            await _jobs.ExpireAsync((await _jobs.ClaimAsync(worker, size: 20))!);
        var freed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _jobs.SweepAsync()));
        Assert.Equal(10, freed.Sum(f => f.Count));
        Assert.Equal(10L, await _jobs.AskAsync<long>("select count(*) from job_events where event_type = 'LEASE_EXPIRED'"));
    }

    [Fact]
    public async Task A_beat_renews_the_leases_at_work_and_tells_which_are_held()
    {
        var job = await _jobs.PlanAsync();
        var worker = await _jobs.RegisterAsync("w1");
        var (one, two) = ((await _jobs.ClaimAsync(worker))!, (await _jobs.ClaimAsync(worker))!);
        await _jobs.ExecuteAsync("update block_ranges set lease_expires_at = now() + interval '1 second' where state = 'LEASED'");
        await _jobs.ExpireAsync(two);
        var answer = await _jobs.BeatAsync(worker, [one, two]);
        Assert.True(answer.Registered);
        Assert.Equal([new HeldRange(one.RangeId, one.Epoch, JobStatus.Running)], answer.Held);
        Assert.True(await _jobs.AskAsync<bool>($"select lease_expires_at > now() + interval '4 seconds' from block_ranges where id = {one.RangeId}"));

        await _jobs.ExecuteAsync($"update jobs set status = 'STOP_REQUESTED' where id = {job}");
        Assert.Equal(JobStatus.StopRequested, Assert.Single((await _jobs.BeatAsync(worker, [one])).Held).JobStatus);
    }

    [Fact]
    public async Task A_lease_that_nobody_works_on_runs_out_while_its_worker_lives()
    {
        await _jobs.PlanAsync();
        var worker = await _jobs.RegisterAsync("w1");
        var (kept, forgotten) = ((await _jobs.ClaimAsync(worker))!, (await _jobs.ClaimAsync(worker))!);
        await _jobs.ExecuteAsync("update block_ranges set lease_expires_at = now() + interval '1 second' where state = 'LEASED'");

        await _jobs.BeatAsync(worker, [kept, forgotten with { Epoch = forgotten.Epoch - 1 }]);

        Assert.True(await _jobs.AskAsync<bool>($"select lease_expires_at > now() + interval '4 seconds' from block_ranges where id = {kept.RangeId}"));
        Assert.True(await _jobs.AskAsync<bool>($"select lease_expires_at < now() + interval '2 seconds' from block_ranges where id = {forgotten.RangeId}"));
    }

    [Fact]
    public async Task A_plan_that_nobody_works_on_goes_to_another()
    {
        var (worker, other) = (await _jobs.RegisterAsync("w1"), await _jobs.RegisterAsync("w2"));
        var job = await _jobs.DeployAsync();
        var plan = (await JobPlanning.TryTakeAsync(_jobs.Source, worker, default))!;
        await _jobs.ExecuteAsync($"update jobs set planner_expires_at = now() + interval '1 second' where id = {job}");

        await _jobs.BeatAsync(worker, plans: [plan]);
        Assert.True(await _jobs.AskAsync<bool>($"select planner_expires_at > now() + interval '4 seconds' from jobs where id = {job}"));

        await _jobs.ExecuteAsync($"update jobs set planner_expires_at = now() + interval '10 milliseconds' where id = {job}");
        await Eventually.TrueAsync(
            async () =>
            {
                await _jobs.BeatAsync(worker);
                return await JobPlanning.TryTakeAsync(_jobs.Source, other, default) is { } taken && taken.Epoch == plan.Epoch + 1;
            },
            "the other worker plans it");
    }

    [Fact]
    public async Task The_plan_of_a_job_that_was_asked_to_stop_is_not_renewed()
    {
        var worker = await _jobs.RegisterAsync("w1");
        var job = await _jobs.DeployAsync();
        var plan = (await JobPlanning.TryTakeAsync(_jobs.Source, worker, default))!;
        await _jobs.ExecuteAsync($"update jobs set status = 'STOP_REQUESTED', planner_expires_at = now() + interval '1 second' where id = {job}");

        await _jobs.BeatAsync(worker, plans: [plan]);

        Assert.True(await _jobs.AskAsync<bool>($"select planner_expires_at < now() + interval '2 seconds' from jobs where id = {job}"));
    }

    [Fact]
    public async Task A_new_incarnation_frees_what_the_dead_one_held_and_the_dead_one_beats_no_more()
    {
        await _jobs.PlanAsync();
        var dead = await _jobs.RegisterAsync("w1");
        var lease = (await _jobs.ClaimAsync(dead))!;
        var alive = await _jobs.RegisterAsync("w1");
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from block_ranges where state = 'LEASED'"));
        Assert.Equal(
            $"w1 {lease.RangeId} 0 1",
            await _jobs.AskAsync<string>("select format('%s %s %s %s', node_id, detail->>'range_id', detail->>'next_block', detail->>'epoch') from job_events where event_type = 'RANGE_RELEASED'"));
        Assert.False((await _jobs.BeatAsync(dead)).Registered);
        Assert.True((await _jobs.BeatAsync(alive)).Registered);
        await LostAsync(() => _jobs.RegisterAsync(lease, 99, done: true));
    }

    [Fact]
    public async Task Who_leaves_gives_back_its_ranges_and_its_plans_and_tells_it()
    {
        await _jobs.PlanAsync();
        var (leaving, other) = (await _jobs.RegisterAsync("w1"), await _jobs.RegisterAsync("w2"));
        var lease = (await _jobs.ClaimAsync(leaving))!;
        var planned = await _jobs.DeployAsync();
        Assert.NotNull(await JobPlanning.TryTakeAsync(_jobs.Source, leaving, default));
        await _jobs.DeregisterAsync(leaving);

        Assert.Equal(planned, (await JobPlanning.TryTakeAsync(_jobs.Source, other, default))!.Job.Id);
        Assert.Equal(lease.RangeId, await _jobs.AskAsync<long>("select (detail->>'range_id')::bigint from job_events where event_type = 'RANGE_RELEASED' and node_id = 'w1'"));
        await LostAsync(() => _jobs.RegisterAsync(lease, 99, done: true));
    }

    [Fact]
    public async Task The_node_id_is_held_by_one_session()
    {
        await using var one = await _jobs.Source.OpenConnectionAsync();
        await using (var two = await _jobs.Source.OpenConnectionAsync())
        {
            Assert.True(await WorkerRegistration.TryHoldAsync(one, "w1", default));
            Assert.False(await WorkerRegistration.TryHoldAsync(two, "w1", default));
            Assert.True(await WorkerRegistration.TryHoldAsync(two, "w2", default));
        }
    }

    private static async Task LostAsync(Func<Task> act) =>
        Assert.Equal(ErrorCode.LeaseLost, (await Assert.ThrowsAsync<AmpException>(act)).Code);
}
