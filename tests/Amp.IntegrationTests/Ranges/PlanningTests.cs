using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Networks;
using Amp.Shared.Metadata.Ranges;

namespace Amp.IntegrationTests.Ranges;

public sealed class PlanningTests : IAsyncLifetime
{
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task One_of_many_planners_gets_the_job()
    {
        await _jobs.DeployAsync();
        var workers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _jobs.RegisterAsync($"w{i}")));
        var taken = await Task.WhenAll(workers.Select(w => JobPlanning.TryTakeAsync(_jobs.Source, w, default)));
        Assert.Single(taken.OfType<PlannerLease>());
    }

    [Fact]
    public async Task A_planner_that_lost_its_lease_plans_nothing()
    {
        var job = await _jobs.DeployAsync();
        var slow = (await JobPlanning.TryTakeAsync(_jobs.Source, await _jobs.RegisterAsync("slow"), default))!;
        await _jobs.ExecuteAsync($"update jobs set planner_expires_at = now() where id = {job}");
        var quick = (await JobPlanning.TryTakeAsync(_jobs.Source, await _jobs.RegisterAsync("quick"), default))!;
        Assert.False(await JobPlanning.ApplyAsync(_jobs.Source, slow, JobInDatabase.Tables, 999, 999, default));
        Assert.True(await JobPlanning.ApplyAsync(_jobs.Source, quick, JobInDatabase.Tables, 999, 999, default));
        Assert.Equal(1L, await _jobs.AskAsync<long>("select count(*) from block_ranges"));
        Assert.Equal(3L, await _jobs.AskAsync<long>("select count(*) from revisions where active"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_job_that_is_stopped_while_it_is_planned_has_stopped_as_soon_as_the_plan_ends(bool fails)
    {
        var job = await _jobs.DeployAsync();
        var plan = (await JobPlanning.TryTakeAsync(_jobs.Source, await _jobs.RegisterAsync("w1"), default))!;
        await using (var connection = await _jobs.Source.OpenConnectionAsync())
        {
            await JobStates.MoveAsync(connection, job, JobStatus.StopRequested);
            Assert.Null(await JobChores.SettleStopAsync(connection, job, default));
        }

        if (fails)
        {
            await JobPlanning.FailAsync(_jobs.Source, plan, JobStatus.Error, """{"error_code":"X"}""", retryAfter: null, default);
        }
        else
        {
            Assert.False(await JobPlanning.ApplyAsync(_jobs.Source, plan, JobInDatabase.Tables, 999, 999, default));
            await JobPlanning.ReleaseAsync(_jobs.Source, plan, default);
        }

        Assert.Equal(JobStatus.Stopped, await _jobs.StatusAsync(job));
        Assert.Equal(
            "SCHEDULED STOP_REQUESTED STOPPING STOPPED", await _jobs.AskAsync<string>($"select string_agg(event_type, ' ' order by id) from job_events where job_id = {job}"));
    }

    [Fact]
    public async Task A_job_that_failed_and_was_stopped_tells_no_failure()
    {
        var job = await _jobs.PlanAsync();
        var lease = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;
        Assert.True(await RangeWrites.FailAsync(_jobs.Source, lease, JobStatus.Error, """{"error_code":"X"}""", retryAfter: null, default));
        await using var connection = await _jobs.Source.OpenConnectionAsync();
        Assert.True((await JobStates.MoveAsync(connection, job, JobStatus.StopRequested)).Moved);
        Assert.Equal(JobStatus.Stopped, await JobChores.SettleStopAsync(connection, job, default));
        Assert.Null((await JobReading.FindAsync(_jobs.Source, job, default))!.Detail);
    }

    [Fact]
    public async Task A_continuous_job_gets_its_backlog_and_one_head()
    {
        await _jobs.PlanAsync(end: null);
        Assert.Equal("0-999 1000-", await RangesAsync());
    }

    [Fact]
    public async Task A_retried_job_asks_only_for_what_is_missing_and_what_nobody_works_on()
    {
        var job = await _jobs.PlanAsync(end: 999);
        var worker = await _jobs.RegisterAsync("w1");
        var (one, two, three) = ((await _jobs.ClaimAsync(worker))!, (await _jobs.ClaimAsync(worker))!, (await _jobs.ClaimAsync(worker))!);
        await _jobs.RegisterAsync(one, 99, done: true);
        await _jobs.RegisterAsync(two, 149, done: false);
        Assert.True(await RangeWrites.FailAsync(_jobs.Source, two, JobStatus.Error, """{"error_code":"X"}""", retryAfter: null, default));
        Assert.Equal(JobStatus.Error, await _jobs.StatusAsync(job));

        await _jobs.ExecuteAsync($"update jobs set status = 'SCHEDULED' where id = {job}");
        var plan = (await JobPlanning.TryTakeAsync(_jobs.Source, worker, default))!;
        Assert.True(await JobPlanning.ApplyAsync(_jobs.Source, plan, JobInDatabase.Tables, 5000, 999, default));
        Assert.Equal($"150-199 {three.StartBlock}-{three.EndBlock} 300-999", await RangesAsync());
    }

    [Fact]
    public async Task A_job_ends_when_all_is_there_and_not_before()
    {
        var job = await _jobs.PlanAsync(end: 199);
        var worker = await _jobs.RegisterAsync("w1");
        var (one, two) = ((await _jobs.ClaimAsync(worker))!, (await _jobs.ClaimAsync(worker))!);
        await _jobs.RegisterAsync(two, 199, done: true);
        await JobPlanning.SettleAsync(_jobs.Source, job, default);
        Assert.Equal(JobStatus.Running, await _jobs.StatusAsync(job));
        await _jobs.RegisterAsync(one, 99, done: true);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => JobPlanning.SettleAsync(_jobs.Source, job, default)));
        Assert.Equal(JobStatus.Completed, await _jobs.StatusAsync(job));
        Assert.Equal(1L, await _jobs.AskAsync<long>("select count(*) from job_events where event_type = 'COMPLETED'"));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("table_name = 'logs'")]
    public async Task A_job_does_not_end_while_a_table_has_no_active_revision(string tables)
    {
        var job = await _jobs.PlanAsync(end: 99);
        await _jobs.RegisterAsync((await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!, 99, done: true);
        await _jobs.ExecuteAsync($"update revisions set active = false where {tables}");
        Assert.Null(await JobPlanning.SettleAsync(_jobs.Source, job, default));
        Assert.Equal(JobStatus.Running, await _jobs.StatusAsync(job));

        await _jobs.ExecuteAsync("update revisions set active = true");
        await JobPlanning.SettleAsync(_jobs.Source, job, default);
        Assert.Equal(JobStatus.Completed, await _jobs.StatusAsync(job));
    }

    [Fact]
    public async Task A_deploy_with_another_descriptor_takes_the_ranges_of_the_ended_job_from_their_workers()
    {
        var job = await _jobs.PlanAsync(end: 199, parallelism: 4);
        var worker = await _jobs.RegisterAsync("w1");
        var (failed, other) = ((await _jobs.ClaimAsync(worker))!, (await _jobs.ClaimAsync(worker))!);
        Assert.True(await RangeWrites.FailAsync(_jobs.Source, failed, JobStatus.Fatal, """{"error_code":"X"}""", retryAfter: null, default));

        var facts = (await JobReading.FindAsync(_jobs.Source, job, default))!;
        var again = await JobDeploySql.DeployAsync(
            _jobs.Source,
            new JobDeployment("test", facts.Name, facts.ManifestHash, "evm-rpc", "devnet", 0, facts.Descriptor with { Parallelism = 2 }),
            default);
        Assert.Equal(DeployOutcome.Inserted, again.Outcome);
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from block_ranges where state = 'LEASED'"));
        var refused = await Assert.ThrowsAsync<AmpException>(() => RangeWrites.RegisterAsync(
            _jobs.Source, other, "test/d", [], other.EndBlock!.Value + 1, done: true, tip: null, again: false, default));
        Assert.Equal(ErrorCode.LeaseLost, refused.Code);
    }

    [Fact]
    public async Task Ranges_that_were_read_from_two_forks_are_read_again_until_they_link()
    {
        var job = await _jobs.PlanAsync(end: 199);
        var worker = await _jobs.RegisterAsync("w1");
        var (one, two) = ((await _jobs.ClaimAsync(worker))!, (await _jobs.ClaimAsync(worker))!);
        await _jobs.RegisterAsync(one, 99, done: true);
        await RangeWrites.RegisterAsync(_jobs.Source, two, "test/d", await _jobs.SegmentsAsync(job, 100, 199, fork: 1, parentFork: 1), 200, done: true, tip: null, again: false, default);
        await JobPlanning.SettleAsync(_jobs.Source, job, default);
        Assert.Equal(JobStatus.Running, await _jobs.StatusAsync(job));
        Assert.Equal("0-99", await RangesAsync());

        var again = (await _jobs.ClaimAsync(worker))!;
        await RangeWrites.RegisterAsync(_jobs.Source, again, "test/d", await _jobs.SegmentsAsync(job, 0, 99, fork: 1), 100, done: true, tip: null, again: false, default);
        await JobPlanning.SettleAsync(_jobs.Source, job, default);
        Assert.Equal(JobStatus.Completed, await _jobs.StatusAsync(job));
    }

    [Fact]
    public async Task A_head_that_fell_behind_hands_its_backlog_to_all()
    {
        await _jobs.PlanAsync(end: null);
        var worker = await _jobs.RegisterAsync("w1");
        var head = (await _jobs.ClaimAsync(worker))!;
        Assert.True(head.IsHead);
        var moved = await RangeWrites.HandBacklogAsync(_jobs.Source, head, nextBlock: 1000, headStart: 5000, default);
        Assert.Equal(5000UL, moved.NextBlock);
        Assert.Equal("0-999 1000-4999 5000-", await RangesAsync());
    }

    [Fact]
    public async Task A_network_is_remembered_and_another_chain_is_refused_by_name()
    {
        await using var connection = await _jobs.Source.OpenConnectionAsync();
        var (here, there) = (Hash32.Parse("0x" + new string('1', 64)), Hash32.Parse("0x" + new string('2', 64)));
        await new NetworkIdentity(1, GenesisHash: null).CheckAsync(connection, "mainnet", default);
        await new NetworkIdentity(1, here).CheckAsync(connection, "mainnet", default);
        await new NetworkIdentity(1, GenesisHash: null).CheckAsync(connection, "mainnet", default);
        await new NetworkIdentity(5, there).CheckAsync(connection, "other", default);

        foreach (var stranger in new[] { new NetworkIdentity(5, here), new NetworkIdentity(1, there), new NetworkIdentity(2, GenesisHash: null) })
        {
            var refused = await Assert.ThrowsAsync<AmpException>(() => stranger.CheckAsync(connection, "mainnet", default));
            Assert.Equal(ErrorCode.NetworkMismatch, refused.Code);
            Assert.False(refused.IsRetryable);
            Assert.Contains(stranger.ToString(), refused.Message, StringComparison.Ordinal);
            Assert.Contains($"chain id 1 with genesis {here}", refused.Message, StringComparison.Ordinal);
        }
    }

    private Task<string> RangesAsync() => _jobs.AskAsync<string>(
        "select coalesce(string_agg(start_block || '-' || coalesce(end_block::text, ''), ' ' order by start_block), '') from block_ranges where state <> 'DONE'");
}
