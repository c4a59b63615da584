using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.TestKit;
using Npgsql;

namespace Amp.IntegrationTests.Ranges;

/// <summary>What lies below a head, and what a look at it costs.</summary>
public sealed class HeadTests : IAsyncLifetime
{
    private JobInDatabase _jobs = null!;

    public async ValueTask InitializeAsync() => _jobs = await JobInDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task A_head_moves_down_to_the_highest_open_range_and_not_into_it()
    {
        var job = await _jobs.PlanAsync(end: null);
        var worker = await _jobs.RegisterAsync("w1");
        var head = (await _jobs.ClaimAsync(worker))!;
        Assert.Equal(1000UL, await HeadWrites.LowerAsync(_jobs.Source, head, 400, default));
        Assert.Equal("0-999 1000-", await RangesAsync());

        var one = (await _jobs.ClaimAsync(worker, size: 600))!;
        var two = (await _jobs.ClaimAsync(worker, size: 400))!;
        await _jobs.RegisterAsync(two, 999, done: true);
        Assert.Equal(700UL, await HeadWrites.LowerAsync(_jobs.Source, head, 700, default));
        Assert.Equal("0-599 700-", await RangesAsync());
        Assert.Equal(700UL, await HeadWrites.LowerAsync(_jobs.Source, head, 800, default));
        Assert.Equal(600UL, await HeadWrites.LowerAsync(_jobs.Source, head, 0, default));
        Assert.Equal("0-599 600-", await RangesAsync());

        await _jobs.RegisterAsync(one, 599, done: true);
        Assert.Equal(0UL, await HeadWrites.LowerAsync(_jobs.Source, head, 0, default));
        Assert.Equal(0L, await _jobs.AskAsync<long>($"select next_block from block_ranges where job_id = {job} and is_head"));
        await _jobs.ExpireAsync(head);
        Assert.Equal(ErrorCode.LeaseLost, (await Assert.ThrowsAsync<AmpException>(() => HeadWrites.LowerAsync(_jobs.Source, head, 0, default))).Code);
    }

    [Fact]
    public async Task A_head_that_moves_down_waits_for_a_deploy_without_standing_in_its_way()
    {
        var job = await _jobs.PlanAsync(end: null);
        var head = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("w1")))!;

        // As a deploy does: the job first, its ranges then.
        await using var connection = await _jobs.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var deploy = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync($"select 1 from jobs where id = {job} for no key update");
        var lowering = HeadWrites.LowerAsync(_jobs.Source, head, 400, default);
        await Eventually.TrueAsync(
            () => _jobs.AskAsync<bool>("select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"), "the head waits");
        await ExecuteAsync($"delete from block_ranges where job_id = {job}");
        await deploy.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ErrorCode.LeaseLost, (await Assert.ThrowsAsync<AmpException>(() => lowering)).Code);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_head_sees_when_the_range_below_it_is_done_and_when_one_waits()
    {
        var job = await _jobs.PlanAsync(end: null);
        var worker = await _jobs.RegisterAsync("w1");
        await _jobs.ClaimAsync(worker);
        var waiting = await LookAsync(job);
        Assert.True(waiting is { RangesWait: true, NeighbourIsOpen: true });
        var backlog = (await _jobs.ClaimAsync(worker, size: 1000))!;
        Assert.True(await LookAsync(job) is { RangesWait: false, NeighbourIsOpen: true });
        await _jobs.RegisterAsync(backlog, 999, done: true);
        Assert.Equal(waiting with { RangesWait = false, NeighbourIsOpen = false }, await LookAsync(job));
    }

    [Fact]
    public async Task A_job_in_which_nothing_moved_keeps_its_mark_whatever_its_head_registers()
    {
        var job = await _jobs.PlanAsync(end: null);
        var worker = await _jobs.RegisterAsync("w1");
        var head = (await _jobs.ClaimAsync(worker))!;
        Assert.Empty(await JobPlanning.FindSettleableAsync(_jobs.Source, default));
        await _jobs.RegisterAsync((await _jobs.ClaimAsync(worker, size: 1000))!, 999, done: true);

        var (_, mark) = Assert.Single(await JobPlanning.FindSettleableAsync(_jobs.Source, default));
        Assert.Equal(mark, await JobPlanning.SettleAsync(_jobs.Source, job, default));
        await _jobs.RegisterAsync(head, 1009, done: false);
        Assert.Equal((job, mark), Assert.Single(await JobPlanning.FindSettleableAsync(_jobs.Source, default)));

        // What could leave something missing changes it: a head that moved, a range that was added and done.
        await HeadWrites.LowerAsync(_jobs.Source, head, 900, default);
        var (_, lowered) = Assert.Single(await JobPlanning.FindSettleableAsync(_jobs.Source, default));
        Assert.NotEqual(mark, lowered);
        await RangeWrites.HandBacklogAsync(_jobs.Source, head, nextBlock: 900, headStart: 1000, default);
        var handed = (await _jobs.ClaimAsync(worker, size: 100))!;
        await _jobs.RegisterAsync(handed, 999, done: true);
        Assert.DoesNotContain(Assert.Single(await JobPlanning.FindSettleableAsync(_jobs.Source, default)).Mark, new[] { mark, lowered });
    }

    [Fact]
    public async Task A_job_is_not_held_while_its_segments_are_read()
    {
        var job = await _jobs.PlanAsync(end: 99);
        var worker = await _jobs.RegisterAsync("w1");
        await _jobs.RegisterAsync((await _jobs.ClaimAsync(worker))!, 99, done: true);

        await using var reader = await _jobs.Source.OpenConnectionAsync();
        await using var slow = await reader.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table segments in access exclusive mode", reader))
            await hold.ExecuteNonQueryAsync();
        var settled = JobPlanning.SettleAsync(_jobs.Source, job, default);
        await Eventually.TrueAsync(
            async () => await _jobs.AskAsync<long>("select count(*) from pg_locks where relation = 'segments'::regclass and not granted") > 0,
            "the segments are about to be read");
        await _jobs.ExecuteAsync($"select 1 from jobs where id = {job} for update nowait");

        await slow.RollbackAsync();
        Assert.NotNull(await settled);
        Assert.Equal(JobStatus.Completed, await _jobs.StatusAsync(job));
    }

    private async Task<HeadSurroundings> LookAsync(long job)
    {
        await using var connection = await _jobs.Source.OpenConnectionAsync();
        return await HeadWrites.LookAsync(connection, job, default);
    }

    private Task<string> RangesAsync() => _jobs.AskAsync<string>(
        "select coalesce(string_agg(start_block || '-' || coalesce(end_block::text, ''), ' ' order by start_block), '') from block_ranges where state <> 'DONE'");
}
