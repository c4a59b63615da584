using Amp.IntegrationTests.Ranges;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Merges;
using Amp.Shared.Metadata.Ranges;

namespace Amp.IntegrationTests.Merging;

/// <summary>What a merge may write, and when: rows alone, without files.</summary>
public sealed class MergesAreFenced : IAsyncLifetime
{
    private static readonly TimeSpan _lock = TimeSpan.FromSeconds(2);

    private JobInDatabase _jobs = null!;
    private long _job;
    private RangeLease _range = null!;

    public async ValueTask InitializeAsync()
    {
        _jobs = await JobInDatabase.CreateAsync();
        _job = await _jobs.PlanAsync();
        _range = (await _jobs.ClaimAsync(await _jobs.RegisterAsync("extractor"), size: 1000))!;
        for (var i = 0UL; i < 3; i++)
            await ExtractAsync(i * 10, (i * 10) + 9);
    }

    public ValueTask DisposeAsync() => _jobs.DisposeAsync();

    [Fact]
    public async Task One_worker_has_a_dataset_at_a_time_and_an_expired_lease_is_lost()
    {
        var first = (await TakeAsync("w1"))!;
        Assert.Null(await TakeAsync("w2"));
        Assert.True(await MergeLeases.RenewAsync(_jobs.Source, first, default));
        var merges = await MergesAsync(first);
        await AnnounceAsync(first, merges);

        await _jobs.ExecuteAsync("update revision_leases set lease_expires_at = now()");
        Assert.False(await MergeLeases.RenewAsync(_jobs.Source, first, default));
        var second = (await TakeAsync("w2"))!;
        Assert.True(second.Epoch > first.Epoch);
        await IsLostAsync(() => AnnounceAsync(first, merges));
        await IsLostAsync(() => MergeWrites.RegisterAsync(_jobs.Source, first, merges, [], _lock, again: false, default));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from segments where retired_at is not null or merged_at is not null"));

        // A release of the first says nothing of the second.
        await MergeLeases.ReleaseAsync(_jobs.Source, first, first.LastSegmentId, TimeSpan.Zero, default);
        Assert.True(await MergeLeases.RenewAsync(_jobs.Source, second, default));
    }

    [Fact]
    public async Task Merged_files_take_the_place_of_their_parents_in_one_step()
    {
        var lease = (await TakeAsync("w1"))!;
        var merges = await MergesAsync(lease);
        await AnnounceAsync(lease, merges);
        Assert.True(await MergeWrites.RegisterAsync(_jobs.Source, lease, merges, [], _lock, again: false, default));
        Assert.Equal((3L, 9L, 0L), (
            await _jobs.AskAsync<long>("select count(*) from segments where retired_at is null and collect_at is null and generation = 1 and merged_at is not null"),
            await _jobs.AskAsync<long>("select count(*) from segments where collect_at = retired_at + interval '2 seconds'"),
            await _jobs.AskAsync<long>("select count(*) from announced_uploads")));

        // The answer was lost: it is asked for again, and nothing is done twice.
        Assert.True(await MergeWrites.RegisterAsync(_jobs.Source, lease, merges, [], _lock, again: true, default));
        Assert.Equal(12L, await _jobs.AskAsync<long>("select count(*) from segments"));
    }

    [Fact]
    public async Task A_reorganisation_during_the_merge_refuses_it()
    {
        var lease = (await TakeAsync("w1"))!;
        var merges = await MergesAsync(lease);
        await AnnounceAsync(lease, merges);
        await ExtractAsync(20, 29, fork: 1);
        Assert.False(await MergeWrites.RegisterAsync(_jobs.Source, lease, merges, [], _lock, again: false, default));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from segments where retired_at is not null or merged_at is not null"));
        Assert.Equal(3L, await _jobs.AskAsync<long>("select count(*) from announced_uploads"));

        // What was known when the merge was decided does not.
        var known = await _jobs.AskAsync<long[]>("select array_agg(id) from (select id from segments order by id desc limit 3) newest");
        Assert.True(await MergeWrites.RegisterAsync(_jobs.Source, lease, merges, known, _lock, again: false, default));
    }

    [Fact]
    public async Task New_blocks_behind_the_merge_do_not_refuse_it()
    {
        var lease = (await TakeAsync("w1"))!;
        var merges = await MergesAsync(lease);
        await ExtractAsync(30, 39);
        Assert.True(await MergeWrites.RegisterAsync(_jobs.Source, lease, merges, [], _lock, again: false, default));
    }

    [Theory]
    [InlineData("update segments set retired_at = now(), collect_at = now() where id = (select max(id) from segments)")]
    [InlineData("delete from segments where id = (select max(id) from segments)")]
    public async Task A_parent_that_is_not_live_any_more_refuses_it(string change)
    {
        var lease = (await TakeAsync("w1"))!;
        var merges = await MergesAsync(lease);
        await _jobs.ExecuteAsync(change);
        Assert.False(await MergeWrites.RegisterAsync(_jobs.Source, lease, merges, [], _lock, again: false, default));
        Assert.Equal(0L, await _jobs.AskAsync<long>("select count(*) from segments where merged_at is not null"));
    }

    [Fact]
    public async Task What_a_dead_merge_announced_is_an_orphan_only_when_its_lease_is_gone()
    {
        var lease = (await TakeAsync("w1"))!;
        var merges = await MergesAsync(lease);
        await AnnounceAsync(lease, merges);
        await MergeLeases.FreeExpiredAsync(_jobs.Source, default);
        Assert.Empty(await OrphanedUploads.FindAsync(_jobs.Source, TimeSpan.Zero, TimeSpan.Zero, [], default));

        await _jobs.ExecuteAsync("update revision_leases set lease_expires_at = now()");
        await using (var connection = await _jobs.Source.OpenConnectionAsync())
        await using (var registration = await connection.BeginTransactionAsync())
        {
            // A registration under way holds the row: it may still come to its end, and nothing of it is an orphan.
            await using var hold = new Npgsql.NpgsqlCommand("select 1 from revision_leases for update", connection);
            await hold.ExecuteScalarAsync();
            await MergeLeases.FreeExpiredAsync(_jobs.Source, default);
            Assert.Empty(await OrphanedUploads.FindAsync(_jobs.Source, TimeSpan.Zero, TimeSpan.Zero, [], default));
        }

        await MergeLeases.FreeExpiredAsync(_jobs.Source, default);
        Assert.Equal(3, (await OrphanedUploads.FindAsync(_jobs.Source, TimeSpan.Zero, TimeSpan.Zero, [], default)).Count);
        Assert.Empty(await OrphanedUploads.FindAsync(_jobs.Source, TimeSpan.FromMinutes(1), TimeSpan.Zero, [], default));
        await IsLostAsync(() => MergeWrites.RegisterAsync(_jobs.Source, lease, merges, [], _lock, again: false, default));
    }

    [Fact]
    public async Task A_dataset_is_looked_at_again_when_there_is_something_new_or_its_rest_is_over()
    {
        var lease = (await TakeAsync("w1"))!;
        await MergeLeases.ReleaseAsync(_jobs.Source, lease, lease.LastSegmentId, TimeSpan.FromMinutes(1), default);
        Assert.Null(await TakeAsync("w1"));
        await ExtractAsync(30, 39);
        lease = (await TakeAsync("w1"))!;
        await MergeLeases.ReleaseAsync(_jobs.Source, lease, lease.LastSegmentId, TimeSpan.FromMinutes(1), default);
        Assert.Null(await TakeAsync("w1"));
        await _jobs.ExecuteAsync("update revision_leases set look_at = now()");
        Assert.NotNull(await TakeAsync("w1"));
    }

    [Fact]
    public async Task A_registration_whose_first_attempt_is_still_under_way_waits_for_it()
    {
        var lease = (await TakeAsync("w1"))!;
        var merges = await MergesAsync(lease);
        await AnnounceAsync(lease, merges);
        await _jobs.ExecuteAsync("update revision_leases set lease_expires_at = now() - interval '1 second'");
        await using var first = await _jobs.Source.OpenConnectionAsync();
        await using var commit = await first.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("update revision_leases set lease_expires_at = now() + interval '5 seconds'", first))
            await command.ExecuteNonQueryAsync();
        foreach (var merge in merges)
            await _jobs.InsertAsync(first, merge.File);

        // To whoever does not see what the first attempt wrote, the lease has expired.
        var again = MergeWrites.RegisterAsync(_jobs.Source, lease, merges, [], TimeSpan.Zero, again: true, default);
        await _jobs.SomeoneWaitsAsync();
        Assert.False(again.IsCompleted);
        await commit.CommitAsync();
        Assert.True(await again);
        Assert.Equal((long)merges.Count, await _jobs.AskAsync<long>("select count(*) from segments where object_size = 30"));
    }

    private Task<MergeLease?> TakeAsync(string node) => MergeLeases.TryTakeAsync(_jobs.Source, JobInDatabase.Worker(node), default);

    private async Task<IReadOnlyList<MergedSegment>> MergesAsync(MergeLease lease)
    {
        var (_, tables) = await MergeReading.ReadAsync(_jobs.Source, lease, default);
        return [.. tables.Select(t =>
        {
            var parents = t.OrderBy(s => s.Start).ToArray();
            var file = new NewSegment(
                parents[0].RevisionId, Amp.Shared.Lake.SegmentFileName.New(0), 30, parents[0].Network, parents[0].Start, parents[^1].End, parents[^1].Hash, parents[0].PrevHash,
                parents[^1].Timestamp ?? 0, 3, parents[^1].CreatedAt);
            return new MergedSegment(file, parents);
        })];
    }

    private Task AnnounceAsync(MergeLease lease, IReadOnlyList<MergedSegment> merges) =>
        MergeWrites.AnnounceAsync(_jobs.Source, lease, [.. merges.Select(m => (m.File.RevisionId, m.File.FileName))], default);

    private async Task ExtractAsync(ulong start, ulong end, byte fork = 0) => await RangeWrites.RegisterAsync(
        _jobs.Source, _range, "test/d1", await _jobs.SegmentsAsync(_job, start, end, fork), end + 1, done: false, tip: null, again: false, default);

    private static async Task IsLostAsync(Func<Task> act) =>
        Assert.Equal(ErrorCode.LeaseLost, (await Assert.ThrowsAsync<AmpException>(act)).Code);
}
