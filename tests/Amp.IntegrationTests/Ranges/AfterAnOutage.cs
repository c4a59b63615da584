using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Npgsql;

namespace Amp.IntegrationTests.Ranges;

/// <summary>The connection was lost in the middle: what was asked for may have been done or not, and leases may stand that nobody knows.</summary>
public sealed class AfterAnOutage : IAsyncLifetime
{
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_registration_whose_answer_was_lost_counts_once(bool wasDone, bool endsRange)
    {
        var job = await _jobs.PlanAsync(end: 99);
        var lease = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;
        var last = endsRange ? 99UL : 49UL;
        var segments = await _jobs.SegmentsAsync(job, 0, last);
        (long, string)[] files = [.. segments.Select(s => (s.RevisionId, s.FileName))];
        await RangeWrites.AnnounceAsync(_jobs.Source, lease, files, default);
        await RangeWrites.AnnounceAsync(_jobs.Source, lease, files, default);
        if (wasDone)
            await RegisterAsync(lease, segments, last, endsRange, again: false);

        await RegisterAsync(lease, segments, last, endsRange, again: true);

        Assert.Equal(3L, await _jobs.AskAsync<long>("select count(*) from segments"));
        Assert.Equal((long)last + 1, await _jobs.AskAsync<long>("select next_block from block_ranges"));
        Assert.Equal(endsRange ? "DONE" : "LEASED", await _jobs.AskAsync<string>("select state from block_ranges"));
        Assert.Equal(endsRange ? 1L : 0L, await _jobs.AskAsync<long>("select count(*) from job_events where event_type = 'RANGE_DONE'"));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from announced_uploads"));
    }

    [Fact]
    public async Task A_registration_that_was_not_done_before_the_lease_was_lost_is_refused()
    {
        var job = await _jobs.PlanAsync(end: 99);
        var lease = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;
        var segments = await _jobs.SegmentsAsync(job, 0, 99);
        await _jobs.ExpireAsync(lease);
        await _jobs.SweepAsync();

        var refused = await Assert.ThrowsAsync<AmpException>(() => RegisterAsync(lease, segments, 99, endsRange: true, again: true));

        Assert.Equal(ErrorCode.LeaseLost, refused.Code);
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from segments"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_registration_whose_first_attempt_is_still_under_way_waits_for_it(bool commits)
    {
        var job = await _jobs.PlanAsync(end: 99);
        var lease = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;
        var segments = await _jobs.SegmentsAsync(job, 0, 49);
        await _jobs.ExpireAsync(lease);
        await using var first = await _jobs.Source.OpenConnectionAsync();
        await using var attempt = await first.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand("update block_ranges set next_block = 50, lease_expires_at = now() + interval '5 seconds'", first))
            await command.ExecuteNonQueryAsync();
        foreach (var segment in segments)
            await _jobs.InsertAsync(first, segment);

        // To whoever does not see what the first attempt wrote, the lease has expired.
        var again = RegisterAsync(lease, segments, 49, endsRange: false, again: true);
        await _jobs.SomeoneWaitsAsync();
        Assert.False(again.IsCompleted);
        if (commits)
        {
            await attempt.CommitAsync();
            await again;
        }
        else
        {
            await attempt.RollbackAsync();
            Assert.Equal(ErrorCode.LeaseLost, (await Assert.ThrowsAsync<AmpException>(() => again)).Code);
        }

        Assert.Equal(commits ? 3L : 0L, await _jobs.AskAsync<long>("select count(*) from segments"));
    }

    [Fact]
    public async Task A_range_goes_on_from_where_the_database_says_it_is()
    {
        await _jobs.PlanAsync(end: 99);
        var worker = await _jobs.RegisterAsync("w1");
        var lease = (await _jobs.ClaimAsync(worker))!;
        await _jobs.RegisterAsync(lease, 49, done: false);
        Assert.Equal((lease with { NextBlock = 50 }, false), await RangeReading.FindHeldAsync(_jobs.Source, lease, default));

        await _jobs.RegisterAsync(lease with { NextBlock = 50 }, 99, done: true);
        Assert.Equal((lease with { NextBlock = 100 }, true), await RangeReading.FindHeldAsync(_jobs.Source, lease, default));
        Assert.Null(await RangeReading.FindHeldAsync(_jobs.Source, lease with { Epoch = lease.Epoch + 1 }, default));
        Assert.Null(await RangeReading.FindHeldAsync(_jobs.Source, lease with { Worker = JobInDatabase.Worker("w2") }, default));
    }

    [Fact]
    public async Task A_worker_gives_back_what_stands_under_it_and_is_not_at_work()
    {
        await _jobs.PlanAsync();
        var worker = await _jobs.RegisterAsync("w1");
        var (kept, unknown) = ((await _jobs.ClaimAsync(worker))!, (await _jobs.ClaimAsync(worker))!);
        var others = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w2")))!;

        // Also one that has expired and was not swept: nobody else can have it.
        await _jobs.ExpireAsync(unknown);
        Assert.Equal(1, await LeaseReturns.ReturnAsync(_jobs.Source, worker, Work([kept]), default));

        Assert.Equal([kept.RangeId, others.RangeId], await HeldAsync());
        Assert.Equal(unknown.RangeId, await _jobs.AskAsync<long>("select (detail->>'range_id')::bigint from job_events where event_type = 'RANGE_RELEASED' and node_id = 'w1'"));
        Assert.Equal(unknown.RangeId, (await _jobs.ClaimAsync(worker))!.RangeId);
    }

    [Fact]
    public async Task A_range_under_an_epoch_that_the_worker_does_not_know_is_given_back_and_another_runs_ranges_are_not()
    {
        await _jobs.PlanAsync();
        var worker = await _jobs.RegisterAsync("w1");
        var lease = (await _jobs.ClaimAsync(worker))!;
        Assert.Equal(0, await LeaseReturns.ReturnAsync(_jobs.Source, JobInDatabase.Worker("w1"), Work([]), default));
        Assert.Equal(1, await LeaseReturns.ReturnAsync(_jobs.Source, worker, Work([lease with { Epoch = lease.Epoch - 1 }]), default));
        Assert.Empty(await HeldAsync());
    }

    [Fact]
    public async Task A_plan_that_is_not_at_work_is_given_back()
    {
        var (worker, other) = (await _jobs.RegisterAsync("w1"), await _jobs.RegisterAsync("w2"));
        await _jobs.DeployAsync();
        var plan = (await JobPlanning.TryTakeAsync(_jobs.Source, worker, default))!;
        Assert.Equal(0, await LeaseReturns.ReturnAsync(_jobs.Source, worker, new LeasesAtWork([], [(plan.Job.Id, plan.Epoch)]), default));
        Assert.Null(await JobPlanning.TryTakeAsync(_jobs.Source, other, default));

        Assert.Equal(1, await LeaseReturns.ReturnAsync(_jobs.Source, worker, Work([]), default));
        Assert.Equal(plan.Epoch + 1, (await JobPlanning.TryTakeAsync(_jobs.Source, other, default))!.Epoch);
    }

    private static LeasesAtWork Work(IEnumerable<RangeLease> ranges) => new([.. ranges.Select(r => (r.RangeId, r.Epoch))], []);

    private Task RegisterAsync(RangeLease lease, IReadOnlyList<NewSegment> segments, ulong last, bool endsRange, bool again) =>
        RangeWrites.RegisterAsync(_jobs.Source, lease, "test/d", segments, last + 1, endsRange, tip: null, again, default);

    private async Task<long[]> HeldAsync() =>
        await _jobs.AskAsync<long[]>("select coalesce(array_agg(id order by id), '{}') from block_ranges where state = 'LEASED'");
}
