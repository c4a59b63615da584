using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Amp.IntegrationTests.Query;
using Amp.Query.Cache;
using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Faults;
using Amp.Shared.Lake.Stores;
using Amp.TestKit;
using Amp.TestKit.Lakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.IntegrationTests.Cache;

/// <summary>Queries over segments that lie elsewhere: what is fetched, what stays, what leaves, and what happens to a cache that is hurt.</summary>
public sealed class SegmentsAreCopiedOnce : IAsyncLifetime
{
    private const int RowsPerBlock = SmallLake.RowsPerBlock;

    private readonly string _folder = Directory.CreateTempSubdirectory("amp-cache-").FullName;
    private CountingStore _store = null!;
    private SmallLake _lake = null!;
    private SegmentCache _cache = null!;
    private DatasetCatalog _catalog = null!;
    private QueryEngine _engine = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string CacheFolder => Path.Combine(_folder, "cache");

    public async ValueTask InitializeAsync()
    {
        _store = new CountingStore(new FolderStore(Path.Combine(_folder, "store")));
        _lake = await SmallLake.CreateAsync(_store);
        for (var block = 0UL; block < 10; block++)
        {
            await _lake.AddAsync("one", block, block);
            await _lake.AddAsync("two", block, block);
        }

        Open(maxBytes: 1 << 30);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _lake.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_query_fetches_the_files_that_it_reads_and_the_next_one_nothing()
    {
        Assert.Equal(5L * RowsPerBlock, await CountAsync("where _block_num < 5"));
        Assert.Equal(5, _store.Copies.Count);
        Assert.Equal(5L * RowsPerBlock, await CountAsync("where _block_num < 5"));
        Assert.Equal(10L * RowsPerBlock, await CountAsync());
        Assert.Equal(10, _store.Copies.Count);
        Assert.Equal(10, _store.Copies.Distinct().Count());
    }

    [Fact]
    public async Task What_the_caches_do_is_measured()
    {
        using var listener = Listen(out var sums);

        // Planning looks at one of the files, which the query finds there.
        await CountAsync("where _block_num < 5");
        Assert.Equal((5, 1), (sums["amp.segment_cache.misses"], sums["amp.segment_cache.hits"]));
        listener.RecordObservableInstruments();
        Assert.Equal((_cache.Bytes, _cache.Bytes), (sums["amp.segment_cache.fetched"], sums["amp.segment_cache.size"]));
        Assert.Equal(1, sums["amp.catalog_cache.misses"]);
        await CountAsync("where _block_num < 5");
        Assert.Equal((5, 7), (sums["amp.segment_cache.misses"], sums["amp.segment_cache.hits"]));
        Assert.True(sums.GetValueOrDefault("amp.catalog_cache.hits") + sums["amp.catalog_cache.misses"] == 2);
    }

    [Fact]
    public async Task Planning_fetches_one_file_alone()
    {
        await using var planned = await _engine.PlanAsync("select * from \"test/small@dev\".one", Cancellation);
        Assert.Equal(2, planned.Schema.FieldsList.Count);
        Assert.Single(_store.Copies);
    }

    [Fact]
    public async Task Many_queries_at_once_share_one_transfer()
    {
        _store.Delay = TimeSpan.FromMilliseconds(200);
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CountAsync()));
        Assert.All(counts, c => Assert.Equal(10L * RowsPerBlock, c));
        Assert.Equal(10, _store.Copies.Count);
    }

    [Fact]
    public async Task The_least_recently_used_leave_first_and_the_bound_holds()
    {
        await CountAsync();
        var size = _cache.Bytes / 10;
        await ReopenAsync(maxBytes: (size * 4) + (size / 2));
        Directory.Delete(CacheFolder, recursive: true);
        await ReopenAsync(maxBytes: (size * 4) + (size / 2));
        _store.Copies.Clear();
        using var listener = Listen(out var sums);
        foreach (var block in (int[])[0, 1, 2, 3, 0, 4])
            await CountAsync($"where _block_num = {block}");
        Assert.Equal(1, sums["amp.segment_cache.evictions"]);
        Assert.InRange(_cache.Bytes, 1, (size * 4) + (size / 2));
        Assert.InRange(Files().Sum(f => new FileInfo(f).Length), 1, (size * 4) + (size / 2));
        Assert.Equal(5, _store.Copies.Count);

        // Block 1 was the one that nobody had asked for longest.
        foreach (var block in (int[])[0, 2, 3, 4])
            await CountAsync($"where _block_num = {block}");
        Assert.Equal(5, _store.Copies.Count);
        await CountAsync("where _block_num = 1");
        Assert.Equal(6, _store.Copies.Count);
    }

    [Fact]
    public async Task A_query_that_needs_more_than_the_cache_holds_is_refused_with_the_key()
    {
        await CountAsync();
        var size = _cache.Bytes / 10;
        await ReopenAsync(maxBytes: (size * 9) + (size / 2));
        var refused = await Assert.ThrowsAsync<AmpException>(() => CountAsync());
        Assert.Equal(ErrorCode.ResourcesExhausted, refused.Code);
        Assert.Contains("cache_max_mb", refused.Message, StringComparison.Ordinal);
        Assert.Equal(5L * RowsPerBlock, await CountAsync("where _block_num < 5"));
    }

    [Fact]
    public async Task Files_that_a_query_reads_stay_and_another_that_needs_their_room_is_told_to_wait()
    {
        await CountAsync();
        var size = _cache.Bytes / 10;
        await ReopenAsync(maxBytes: (size * 7) + (size / 2), patience: TimeSpan.FromMilliseconds(100));
        await using (var slow = await _engine.PlanAsync("select n from \"test/small@dev\".one where _block_num < 5", Cancellation))
        {
            await using var rows = slow.ExecuteAsync(Cancellation).GetAsyncEnumerator(Cancellation);
            Assert.True(await rows.MoveNextAsync());
            rows.Current.Dispose();
            var refused = await Assert.ThrowsAsync<RetryableException>(() => CountAsync("where _block_num >= 5"));
            Assert.Equal(ErrorCode.ResourcesExhausted, refused.Code);
            Assert.Equal(2L * RowsPerBlock, await CountAsync("where _block_num in (8, 9)"));
        }

        Assert.Equal(5L * RowsPerBlock, await CountAsync("where _block_num >= 5"));
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("cut")]
    [InlineData("overwritten")]
    public async Task A_copy_that_is_hurt_is_fetched_anew(string how)
    {
        await CountAsync();
        foreach (var file in Files())
        {
            if (how == "deleted")
                File.Delete(file);
            else if (how == "cut")
                await using (var stream = File.OpenWrite(file))
                    stream.SetLength(stream.Length / 2);
            else
                await File.WriteAllBytesAsync(file, new byte[new FileInfo(file).Length], Cancellation);
        }

        Assert.Equal(10L * RowsPerBlock, await CountAsync());
        Assert.Equal(20, _store.Copies.Count);
    }

    [Fact]
    public async Task A_copy_that_is_hurt_without_a_trace_costs_one_query_and_is_fetched_anew_for_the_next()
    {
        await CountAsync();
        foreach (var file in Files())
        {
            var written = File.GetLastWriteTimeUtc(file);
            await File.WriteAllBytesAsync(file, new byte[new FileInfo(file).Length], Cancellation);
            File.SetLastWriteTimeUtc(file, written);
        }

        // The engine keeps footers that it has read; another process would not have them.
        await ReopenAsync(1 << 30);
        await Assert.ThrowsAsync<AmpException>(() => SumAsync());
        Assert.NotNull(await SumAsync());
        Assert.Equal(10L * RowsPerBlock, await CountAsync());
    }

    [Fact]
    public async Task The_whole_folder_may_go()
    {
        await CountAsync();
        Directory.Delete(CacheFolder, recursive: true);
        Assert.Equal(10L * RowsPerBlock, await CountAsync());
    }

    [Fact]
    public async Task The_whole_folder_may_go_while_files_are_fetched_into_it()
    {
        _store.Delay = TimeSpan.FromMilliseconds(300);
        var counting = CountAsync();
        await Eventually.TrueAsync(() => Directory.EnumerateFiles(CacheFolder, "*.partial", SearchOption.AllDirectories).Any(), "transfers are under way");
        Directory.Delete(CacheFolder, recursive: true);
        try
        {
            Assert.Equal(10L * RowsPerBlock, await counting);
        }
        catch (AmpException e)
        {
            Assert.Contains(e.Code, (ErrorCode[])[ErrorCode.ResourcesExhausted, ErrorCode.ExecutionError, ErrorCode.SegmentGone]);
        }

        _store.Delay = TimeSpan.Zero;
        Assert.Equal(10L * RowsPerBlock, await CountAsync());
    }

    [Fact]
    public async Task The_whole_folder_may_go_while_a_query_reads_it()
    {
        // So many rows that the engine has opened few of their files when the first ones are here.
        foreach (var start in (ulong[])[10, 4_010, 8_010])
        {
            await _lake.AddAsync("one", start, start + 3_999);
            await _lake.AddAsync("two", start, start + 3_999);
        }

        const long Rows = 12_010L * RowsPerBlock;
        await using (var reading = await _engine.PlanAsync("select n from \"test/small@dev\".one", DateTimeOffset.MaxValue, Cancellation))
        {
            var rows = 0L;
            try
            {
                await foreach (var batch in reading.ExecuteAsync(Cancellation))
                {
                    using (batch)
                        rows += batch.Length;
                    if (Directory.Exists(CacheFolder))
                        Directory.Delete(CacheFolder, recursive: true);
                }

                Assert.Equal(Rows, rows);
            }
            catch (AmpException e)
            {
                Assert.Contains(e.Code, (ErrorCode[])[ErrorCode.ExecutionError, ErrorCode.SegmentGone]);
                Assert.InRange(rows, 1, Rows - 1);
            }
        }

        Assert.False(Directory.Exists(CacheFolder));
        Assert.Equal(Rows, await CountAsync());
    }

    [Fact]
    public async Task Two_queries_that_each_fit_alone_take_turns_and_neither_waits_for_what_the_other_looked_at()
    {
        await CountAsync();
        var size = _cache.Bytes / 10;
        await ReopenAsync(maxBytes: (size * 10) + (size / 2), patience: TimeSpan.FromMinutes(1));
        await using var one = await _engine.PlanAsync("select n from \"test/small@dev\".one", Cancellation);
        await using var two = await _engine.PlanAsync("select n from \"test/small@dev\".two", Cancellation);
        var rows = await Task.WhenAll(RowsAsync(one), RowsAsync(two)).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Equal([10L * RowsPerBlock, 10L * RowsPerBlock], rows);
    }

    [Fact]
    public async Task The_next_process_goes_on_with_what_is_whole_and_deletes_the_rest()
    {
        await CountAsync();
        await CloseAsync();
        var stray = Path.Combine(CacheFolder, "stray.partial");
        await File.WriteAllTextAsync(stray, "half", Cancellation);
        _store.Copies.Clear();
        Open(1 << 30);
        Assert.False(File.Exists(stray));
        Assert.Equal(10L * RowsPerBlock, await CountAsync());
        Assert.Empty(_store.Copies);
    }

    [Fact]
    public async Task A_segment_that_is_gone_or_another_is_told_and_no_row_of_it_is_given()
    {
        var path = _store.Files().First(f => f.Contains("/one/", StringComparison.Ordinal));
        File.Delete(path);
        Assert.Equal(ErrorCode.SegmentGone, (await Assert.ThrowsAsync<AmpException>(() => CountAsync())).Code);
        await File.WriteAllTextAsync(path, "not the one", Cancellation);
        var other = await Assert.ThrowsAsync<AmpException>(() => CountAsync());
        Assert.Equal(ErrorCode.ExecutionError, other.Code);
        Assert.Contains("not the one that was registered", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_is_away_fails_the_query_at_once_and_the_next_one_works()
    {
        _store.Fails = true;
        Assert.Equal(ErrorCode.ObjectStoreError, (await Assert.ThrowsAsync<RetryableException>(() => CountAsync())).Code);
        _store.Fails = false;
        Assert.Equal(10L * RowsPerBlock, await CountAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_transfers_that_nobody_else_waits_for()
    {
        _store.Delay = TimeSpan.FromMinutes(5);
        using var leave = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _engine.PlanAsync("select * from \"test/small@dev\".one", leave.Token));
        _store.Delay = TimeSpan.Zero;
        Assert.Equal(10L * RowsPerBlock, await CountAsync());
        await Eventually.TrueAsync(() => !Directory.EnumerateFiles(CacheFolder, "*.partial", SearchOption.AllDirectories).Any(), "nothing half is left");
    }

    [Fact]
    public async Task A_folder_that_takes_nothing_is_named()
    {
        await CloseAsync();
        Directory.Delete(CacheFolder, recursive: true);
        await File.WriteAllTextAsync(CacheFolder, "a file where the folder should be", Cancellation);
        var refused = Assert.Throws<RetryableException>(() => Open(1 << 30));
        Assert.Contains("cache_dir", refused.Message, StringComparison.Ordinal);
        File.Delete(CacheFolder);
        Open(1 << 30);
    }

    /// <summary>All rows, and the query's hold on its files is given up.</summary>
    private static async Task<long> RowsAsync(PlannedQuery planned)
    {
        var rows = 0L;
        await foreach (var batch in planned.ExecuteAsync(Cancellation))
        {
            using (batch)
                rows += batch.Length;
        }

        await planned.DisposeAsync();
        return rows;
    }

    /// <summary>What the instruments of the cache and the catalogue measure from now on, added up.</summary>
    private MeterListener Listen(out ConcurrentDictionary<string, long> sums)
    {
        var added = sums = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (_cache.Metrics.Has(instrument) || _catalog.Metrics.Has(instrument))
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => added.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
        listener.Start();
        return listener;
    }

    private Task<object?> SumAsync() => _engine.ScalarAsync("select cast(sum(n) as varchar) as s from \"test/small@dev\".one");

    private async Task<long> CountAsync(string where = "") => (long)(await _engine.ScalarAsync($"select count(n) as c from \"test/small@dev\".one {where}"))!;

    private IReadOnlyList<string> Files() => Directory.GetFiles(CacheFolder, "*.parquet", SearchOption.AllDirectories);

    private void Open(long maxBytes, TimeSpan? patience = null)
    {
        _cache = new SegmentCache(_store, CacheFolder, maxBytes, patience ?? TimeSpan.FromSeconds(2), TimeProvider.System);
        _catalog = new DatasetCatalog(_lake.Database.DataSource, _store.Root, TimeProvider.System, NullLogger<DatasetCatalog>.Instance, _cache);
        _engine = new QueryEngine(_catalog, new QueryLimits { DataFolders = [_cache.Folder] }, TimeProvider.System, _cache);
    }

    private async Task ReopenAsync(long maxBytes, TimeSpan? patience = null)
    {
        await CloseAsync();
        Open(maxBytes, patience);
    }

    private async Task CloseAsync()
    {
        _engine.Dispose();
        await _catalog.DisposeAsync();
        _cache.Dispose();
    }
}
