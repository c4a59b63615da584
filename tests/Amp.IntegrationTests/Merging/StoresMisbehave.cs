using Amp.IntegrationTests.Ranges;
using Amp.IntegrationTests.Stores;
using Amp.Shared.Lake.Stores;
using Amp.TestKit;
using Npgsql;

namespace Amp.IntegrationTests.Merging;

/// <summary>A store that refuses, hangs or lists late while segments are merged and collected: nothing is lost, nothing left, and it goes on afterwards.</summary>
public sealed class StoresMisbehave : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("amp-misbehaves-").FullName;
    private ExtractedLake _lake = null!;

    public async ValueTask InitializeAsync() =>
        _lake = await ExtractedLake.CreateAsync(_ => new MisbehavingStore(new FolderStore(_folder)), segments: 4);

    public async ValueTask DisposeAsync()
    {
        await _lake.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private MisbehavingStore Store => (MisbehavingStore)_lake.Store;

    [Theory]
    [InlineData("write", "/logs/", false)]
    [InlineData("read", "/transactions/", false)]
    [InlineData("write", "/logs/", true)]
    [InlineData("read", "/transactions/", true)]
    public async Task A_merge_that_the_store_refuses_leaves_nothing_and_is_made_when_it_is_back(string act, string where, bool forGood)
    {
        var before = await FilesAsync();
        Store.RefusesForGood = forGood;
        Store.Refuses = (a, path) => a == act && path.Contains(where, StringComparison.Ordinal);
        Assert.True(await _lake.MergeAsync(JobInDatabase.Worker("w1")));
        Assert.Equal(before, await FilesAsync());
        Assert.Equal(12L, await LiveAsync());
        Assert.Equal(0L, await _lake.Jobs.AskAsync<long>("select count(*) from announced_uploads"));
        Store.Refuses = (_, _) => false;
        await _lake.Jobs.ExecuteAsync("update revision_leases set look_at = now(), last_segment_id = null");
        Assert.True(await _lake.MergeAsync(JobInDatabase.Worker("w1")));
        Assert.Equal(3L, await LiveAsync());
    }

    [Fact]
    public async Task Files_of_a_merge_whose_registration_failed_are_collected_when_its_lease_is_gone()
    {
        var before = await FilesAsync();
        await _lake.Jobs.ExecuteAsync("""
            create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no merge today'; end $$;
            create trigger refuse before insert on segments for each row when (new.merged_at is not null) execute function refuse()
            """);
        await Assert.ThrowsAsync<PostgresException>(() => _lake.MergeAsync(JobInDatabase.Worker("w1")));
        Assert.Equal(before.Count + 3, (await FilesAsync()).Count);
        Assert.Equal(12L, await LiveAsync());

        // A collector that died between a file and its announcement.
        File.Delete((await FilesAsync()).First(f => !before.Contains(f)));
        await _lake.Orphans().CollectAsync(default);
        Assert.Equal(before, await FilesAsync());
        Assert.Equal(0L, await _lake.Jobs.AskAsync<long>("select count(*) from announced_uploads where collected_at is null"));
    }

    [Fact]
    public async Task One_file_that_cannot_be_deleted_holds_up_no_other()
    {
        await RetireAsync();
        var stuck = (await _lake.PathsAsync("s.retired_at is not null"))[0];
        Store.Refuses = (act, path) => act == "delete" && path == stuck;
        var collector = _lake.Collector();
        Assert.Equal(11, await collector.CollectAsync(default));
        Assert.Equal(0, await collector.CollectAsync(default));
        Assert.Equal([stuck], await _lake.PathsAsync("s.retired_at is not null"));
        Assert.NotNull(await _lake.Store.FindAsync(stuck, default));

        Store.Refuses = (_, _) => false;
        Assert.Equal(1, await _lake.Collector().CollectAsync(default));
        Assert.Empty(await _lake.PathsAsync("s.retired_at is not null"));
    }

    [Fact]
    public async Task A_store_that_refuses_every_deletion_is_not_asked_for_all_of_them()
    {
        await RetireAsync();
        var asked = 0;
        Store.Refuses = (act, _) => act == "delete" && Interlocked.Increment(ref asked) > 0;
        Assert.Equal(0, await _lake.Collector().CollectAsync(default));
        Assert.Equal(10, asked);
        Assert.Equal(12, (await _lake.PathsAsync("s.retired_at is not null")).Length);
    }

    [Fact]
    public async Task A_collector_that_hangs_at_a_deletion_ends_when_it_is_to_and_keeps_what_it_has_done()
    {
        await RetireAsync();
        var stuck = (await _lake.PathsAsync("s.retired_at is not null"))[^1];
        Store.Hangs = (act, path) => act == "delete" && path == stuck;
        using var stop = new CancellationTokenSource();
        var collecting = _lake.Collector().CollectAsync(stop.Token);
        await Eventually.TrueAsync(async () => (await FilesAsync()).Count == 4, "all files but this one and those of the merge are deleted");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collecting);
        Assert.Equal([stuck], await _lake.PathsAsync("s.retired_at is not null"));
    }

    [Fact]
    public async Task What_is_listed_late_is_merged_and_collected_all_the_same()
    {
        Store.ListsLate = _ => true;
        await RetireAsync();
        Assert.Equal(3L, await LiveAsync());
        Assert.Equal(12, await _lake.Collector().CollectAsync(default));
        Store.ListsLate = _ => false;
        Assert.Equal(3, (await FilesAsync()).Count);
    }

    private async Task RetireAsync()
    {
        Assert.True(await _lake.MergeAsync(JobInDatabase.Worker("w1")));
        await _lake.Jobs.ExecuteAsync("update segments set collect_at = now() - make_interval(secs => 1000 - id) where retired_at is not null");
    }

    private Task<long> LiveAsync() => _lake.Jobs.AskAsync<long>("select count(*) from segments where retired_at is null");

    private Task<IReadOnlyList<string>> FilesAsync() => Task.FromResult<IReadOnlyList<string>>(
        [.. Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]);
}
