using Amp.Shared.Metadata.Ranges;
using Amp.TestKit;

namespace Amp.IntegrationTests.Ranges;

public sealed class ClaimTests : IAsyncLifetime
{
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task Many_claimers_at_once_share_no_block_and_leave_none_out()
    {
        var job = await _jobs.PlanAsync(end: 999, parallelism: 50);
        var workers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _jobs.RegisterAsync($"w{i}")));
        var claims = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => _jobs.ClaimAsync(workers[i % 8], size: (ulong)(10 + i))));

        var ranges = claims.OfType<RangeLease>().OrderBy(l => l.StartBlock).ToArray();
        Assert.All(ranges, l => Assert.Equal(job, l.JobId));
        var next = 0UL;
        foreach (var range in ranges)
        {
            Assert.Equal(next, range.StartBlock);
            next = range.EndBlock!.Value + 1;
        }

        var left = await _jobs.AskAsync<long>("select coalesce(sum(end_block - start_block + 1), 0)::bigint from block_ranges where state = 'WAITING'");
        Assert.Equal(1000L, (long)next + left);
    }

    [Fact]
    public async Task Parallelism_is_never_exceeded()
    {
        await _jobs.PlanAsync(parallelism: 3);
        var workers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _jobs.RegisterAsync($"w{i}")));
        var claims = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => _jobs.ClaimAsync(workers[i % 6], size: 20)));
        Assert.Equal(3, claims.OfType<RangeLease>().Count());
        Assert.Equal(3L, await _jobs.AskAsync<long>("select count(*) from block_ranges where state = 'LEASED'"));
    }

    [Fact]
    public async Task Each_grant_raises_the_epoch()
    {
        await _jobs.PlanAsync(end: 99, parallelism: 1);
        var first = await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1"));
        Assert.Equal(1, first!.Epoch);
        Assert.True(await RangeWrites.ReleaseAsync(_jobs.Source, first, default));
        var second = await _jobs.ClaimAsync(await _jobs.RegisterAsync("w2"));
        Assert.Equal((first.RangeId, 2L), (second!.RangeId, second.Epoch));
    }

    [Fact]
    public async Task The_oldest_waiting_job_comes_before_another_range_of_a_busy_one()
    {
        var worker = await _jobs.RegisterAsync("w1");
        var busy = await _jobs.PlanAsync();
        Assert.Equal(busy, (await _jobs.ClaimAsync(worker))!.JobId);
        var waiting = await _jobs.PlanAsync();
        var later = await _jobs.PlanAsync();
        Assert.Equal(waiting, (await _jobs.ClaimAsync(worker))!.JobId);
        Assert.Equal(later, (await _jobs.ClaimAsync(worker))!.JobId);
    }

    [Fact]
    public async Task Jobs_are_served_in_turn_by_a_worker_with_one_slot()
    {
        var worker = await _jobs.RegisterAsync("w1");
        long[] jobs = [await _jobs.PlanAsync(), await _jobs.PlanAsync(), await _jobs.PlanAsync()];
        var served = new List<long>();
        for (var i = 0; i < 6; i++)
        {
            var lease = (await _jobs.ClaimAsync(worker, size: 100))!;
            served.Add(lease.JobId);
            await _jobs.RegisterAsync(lease, lease.EndBlock!.Value, done: true);
        }

        Assert.Equal([.. jobs, .. jobs], served);
    }

    [Fact]
    public async Task Heads_are_found_behind_any_number_of_jobs_that_wait_for_a_slot()
    {
        for (var i = 0; i < 25; i++)
            await _jobs.PlanAsync();
        var continuous = await _jobs.PlanAsync(end: null);
        var head = await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1"), ordinary: false);
        Assert.Equal((continuous, true), (head!.JobId, head.IsHead));
    }

    [Fact]
    public async Task Ranges_of_one_job_are_spread_over_the_workers_that_have_room()
    {
        await _jobs.PlanAsync(end: 9999);
        var (one, two) = (await _jobs.RegisterAsync("w1"), await _jobs.RegisterAsync("w2"));
        Assert.NotNull(await _jobs.ClaimAsync(one));
        Assert.Null(await _jobs.ClaimAsync(one));
        Assert.NotNull(await _jobs.ClaimAsync(two));
        Assert.NotNull(await _jobs.ClaimAsync(one));
        Assert.Null(await _jobs.ClaimAsync(one));

        // The other does not come: it only seems to have room.
        await _jobs.ExecuteAsync("update jobs set served_at = now() - interval '3 seconds'");
        Assert.NotNull(await _jobs.ClaimAsync(one));
    }

    [Fact]
    public async Task A_job_is_found_behind_others_that_are_left_to_a_worker_with_more_room()
    {
        var held = await _jobs.PlanAsync(workers: "w1");
        for (var i = 0; i < 3; i++)
            await _jobs.PlanAsync();
        var mine = await _jobs.PlanAsync(workers: "w1");
        var (worker, idle) = (await _jobs.RegisterAsync("w1"), await _jobs.RegisterAsync("w2"));
        Assert.Equal(held, (await _jobs.ClaimAsync(worker))!.JobId);

        // As if all had just been planned: for a moment they are for the one that holds nothing.
        await _jobs.ExecuteAsync($"update jobs set planned_at = now() + interval '1 hour' + id * interval '1 second' where id <> {held}");
        Assert.Equal(mine, (await _jobs.ClaimAsync(worker))!.JobId);
        Assert.NotEqual(mine, (await _jobs.ClaimAsync(idle))!.JobId);
    }

    [Fact]
    public async Task A_job_of_which_another_takes_a_range_at_this_moment_is_passed_over_and_waited_for_when_it_is_the_only_one()
    {
        var (first, second) = (await _jobs.PlanAsync(), await _jobs.PlanAsync());
        var worker = await _jobs.RegisterAsync("w1");
        await using var another = await _jobs.Source.OpenConnectionAsync();
        await using var claiming = await another.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand($"update jobs set served_at = served_at where id = {first}", another))
            await hold.ExecuteNonQueryAsync();
        Assert.Equal(second, (await _jobs.ClaimAsync(worker))!.JobId);

        await _jobs.ExecuteAsync($"update jobs set status = 'COMPLETED' where id = {second}");
        var waiting = _jobs.ClaimAsync(worker);
        await Eventually.TrueAsync(
            () => _jobs.AskAsync<bool>("select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"),
            "the claim waits for the other");
        await claiming.RollbackAsync();
        Assert.Equal(first, (await waiting)!.JobId);
    }

    [Fact]
    public async Task A_worker_takes_the_neighbour_of_what_it_has_just_finished()
    {
        var job = await _jobs.PlanAsync(end: 299);
        var (one, two) = (await _jobs.RegisterAsync("w1"), await _jobs.RegisterAsync("w2"));
        await _jobs.ClaimAsync(one, size: 100);
        var second = await _jobs.ClaimAsync(two, size: 100);
        Assert.Equal(100UL, second!.StartBlock);
        await _jobs.DeregisterAsync(one);
        var third = await _jobs.ClaimAsync(two, size: 100, neighbours: new() { [job] = 200 });
        Assert.Equal(200UL, third!.StartBlock);
    }

    [Fact]
    public async Task Only_the_workers_that_a_job_names_take_its_ranges()
    {
        var job = await _jobs.PlanAsync(workers: "blue-*");
        Assert.Null(await _jobs.ClaimAsync(await _jobs.RegisterAsync("green-1")));
        Assert.Equal(job, (await _jobs.ClaimAsync(await _jobs.RegisterAsync("blue-1")))!.JobId);
    }

    [Fact]
    public async Task With_parallelism_one_the_head_waits_for_the_backlog()
    {
        await _jobs.PlanAsync(end: null, parallelism: 1);
        var worker = await _jobs.RegisterAsync("w1");
        var backlog = await _jobs.ClaimAsync(worker, size: 5000);
        Assert.False(backlog!.IsHead);
        Assert.Null(await _jobs.ClaimAsync(worker));
        await _jobs.RegisterAsync(backlog, 999, done: true);
        Assert.True((await _jobs.ClaimAsync(worker))!.IsHead);
    }

    [Fact]
    public async Task A_job_that_does_not_run_gives_no_ranges()
    {
        var job = await _jobs.PlanAsync();
        await _jobs.ExecuteAsync($"update jobs set status = 'STOP_REQUESTED' where id = {job}");
        Assert.Null(await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")));
    }
}
