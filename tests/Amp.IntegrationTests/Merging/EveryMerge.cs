using Amp.IntegrationTests.Ranges;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using DuckDB.NET.Data;
using Parquet;
using Parquet.Data;

namespace Amp.IntegrationTests.Merging;

/// <summary>Merges of real files, in a store of each kind.</summary>
public abstract class EveryMerge : IAsyncLifetime
{
    private const int Segments = 4;

    private static readonly string[] _tables = ["blocks", "transactions", "logs"];

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public abstract ValueTask DisposeAsync();

    protected abstract IObjectStore Open(string spool);

    [Fact]
    public async Task Segments_become_one_with_the_same_rows_in_the_same_order()
    {
        await using var lake = await ExtractedLake.CreateAsync(Open, Segments);
        var before = await ReadAsync(lake);
        var newest = await lake.Jobs.AskAsync<DateTime>("select max(created_at) from segments");

        Assert.True(await lake.MergeAsync(JobInDatabase.Worker("w1")));

        Assert.Equal(before, await ReadAsync(lake));
        Assert.Equal(3L, await lake.Jobs.AskAsync<long>("select count(*) from segments where retired_at is null"));
        Assert.Equal(12L, await lake.Jobs.AskAsync<long>("select count(*) from segments where collect_at = retired_at + interval '1800 seconds'"));
        Assert.Equal(3L, await lake.Jobs.AskAsync<long>(
            $"""
            select count(*) from segments m where m.generation = 1 and m.merged_at is not null and m.start_block = 0 and m.end_block = {(Segments * ExtractedLake.BlocksOfSegment) - 1}
              and m.parent_ids = (select array_agg(p.id order by p.start_block) from segments p where p.revision_id = m.revision_id and p.retired_at is not null)
              and m.row_count = (select sum(p.row_count) from segments p where p.revision_id = m.revision_id and p.retired_at is not null)
              and (m.hash, m.end_timestamp) = (select p.hash, p.end_timestamp from segments p where p.id = m.parent_ids[{Segments}])
              and m.prev_hash = (select p.prev_hash from segments p where p.id = m.parent_ids[1])
            """));
        Assert.Equal(newest, await lake.Jobs.AskAsync<DateTime>("select max(created_at) from segments"));
        Assert.Equal(0L, await lake.Jobs.AskAsync<long>("select count(*) from announced_uploads"));
        Assert.Equal(["lock"], Directory.GetFileSystemEntries(lake.Scratch).Select(Path.GetFileName));

        // Nothing more is to be done, and that is known after one more look.
        Assert.True(await lake.MergeAsync(JobInDatabase.Worker("w2")));
        Assert.False(await lake.MergeAsync(JobInDatabase.Worker("w2")));
    }

    [Fact]
    public async Task The_footer_tells_what_the_file_was_made_of()
    {
        await using var lake = await ExtractedLake.CreateAsync(Open, Segments);
        await lake.MergeAsync(JobInDatabase.Worker("w1"));
        foreach (var table in _tables)
        {
            var copy = Assert.Single(await lake.CopiesAsync(table));
            await using var reader = await ParquetReader.CreateAsync(copy);
            var footer = SegmentFooter.Parse(reader.CustomMetadata);
            var path = Assert.Single(await lake.PathsAsync($"r.table_name = '{table}' and s.retired_at is null"));
            var range = Assert.Single(footer.Ranges);
            Assert.Equal((table, path.Split('/')[^1], 1L), (footer.Table, footer.FileName, footer.Generation));
            Assert.Equal((0UL, (Segments * ExtractedLake.BlocksOfSegment) - 1, "devnet"), (range.Start, range.End, range.Network));
            var row = $"from segments s join revisions r on r.id = s.revision_id where r.table_name = '{table}' and s.retired_at is null";
            Assert.Equal(await lake.Jobs.AskAsync<byte[]>($"select s.hash {row}"), range.Hash.ToArray());
            Assert.Equal(await lake.Jobs.AskAsync<byte[]>($"select s.prev_hash {row}"), range.PrevHash.ToArray());
            Assert.Equal(await lake.Jobs.AskAsync<long>($"select s.end_timestamp {row}"), (long)range.Timestamp!);
            Assert.Equal(await lake.Jobs.AskAsync<long[]>($"select s.parent_ids {row}"), footer.ParentFileIds);
            Assert.Equal(await lake.Jobs.AskAsync<string>($"select r.manifest_hash {row}"), footer.ManifestHash);
            Assert.True(reader.CustomMetadata.ContainsKey("ARROW:schema"));
        }
    }

    [Fact]
    public async Task Nothing_is_missing_of_the_job_after_it()
    {
        await using var lake = await ExtractedLake.CreateAsync(Open, Segments);
        await lake.MergeAsync(JobInDatabase.Worker("w1"));
        Assert.NotNull(await JobPlanning.SettleAsync(lake.Jobs.Source, lake.Job, default));
        Assert.Equal(JobStatus.Completed, await lake.Jobs.StatusAsync(lake.Job));
        Assert.Equal(0L, await lake.Jobs.AskAsync<long>("select count(*) from block_ranges where state <> 'DONE'"));
    }

    [Fact]
    public async Task Parents_are_collected_after_the_lock_and_nothing_else_is()
    {
        await using var lake = await ExtractedLake.CreateAsync(Open, Segments);
        await lake.MergeAsync(JobInDatabase.Worker("w1"));
        var parents = await lake.PathsAsync("s.retired_at is not null");
        var live = await lake.PathsAsync("s.retired_at is null");
        var foreign = parents[0].Replace(parents[0].Split('/')[^1], "notes.txt", StringComparison.Ordinal);
        await PutAsync(lake.Store, foreign);
        Assert.Equal(0, await lake.Collector().CollectAsync(default));

        await lake.Jobs.ExecuteAsync("update segments set collect_at = now() where retired_at is not null");

        // A collector that died between a file and its row, and several at once.
        await lake.Store.DeleteAsync(parents[0], default);
        await Task.WhenAll(lake.Collector().CollectAsync(default), lake.Collector().CollectAsync(default), lake.Collector().CollectAsync(default));

        var left = new List<string>();
        await foreach (var file in lake.Store.ListAsync(relativeFolder: null, recursive: true, default))
            left.Add(file.Path);
        Assert.Equal(live.Append(foreign).Order(StringComparer.Ordinal), left.Order(StringComparer.Ordinal));
        Assert.Equal(3L, await lake.Jobs.AskAsync<long>("select count(*) from segments"));
        Assert.NotEmpty(await ReadAsync(lake));
    }

    [Fact]
    public async Task A_worker_that_leaves_leaves_nothing_behind()
    {
        await using var lake = await ExtractedLake.CreateAsync(Open, Segments);
        var before = await lake.PathsAsync("true");
        using var stopping = new CancellationTokenSource();
        await stopping.CancelAsync();
        Assert.True(await lake.MergeAsync(JobInDatabase.Worker("w1"), stopping.Token));
        Assert.Equal(before, await lake.PathsAsync("s.retired_at is null"));
        Assert.Equal(0L, await lake.Jobs.AskAsync<long>("select count(*) from revision_leases where node_id is not null"));

        // Another goes on at once.
        Assert.True(await lake.MergeAsync(JobInDatabase.Worker("w2")));
        Assert.Equal(3L, await lake.Jobs.AskAsync<long>("select count(*) from segments where retired_at is null"));
    }

    [Fact]
    public async Task A_segment_that_cannot_be_read_stays_as_it_is_and_the_others_are_merged()
    {
        await using var lake = await ExtractedLake.CreateAsync(Open, Segments);
        var gone = (await lake.PathsAsync("r.table_name = 'logs'"))[1];
        await lake.Store.DeleteAsync(gone, default);
        Assert.True(await lake.MergeAsync(JobInDatabase.Worker("w1")));
        Assert.True(await lake.MergeAsync(JobInDatabase.Worker("w1")));
        Assert.Equal("0,25,50", await lake.Jobs.AskAsync<string>(
            "select string_agg(start_block::text, ',' order by start_block) from segments s join revisions r on r.id = s.revision_id where r.table_name = 'logs' and s.retired_at is null"));
        Assert.Equal(0L, await lake.Jobs.AskAsync<long>("select count(*) from announced_uploads"));
        Assert.Contains(gone, await lake.PathsAsync("s.retired_at is null"));
    }

    // 25 blocks have 100 transactions and 200 logs.
    [Theory]
    [InlineData("bytes=1", Segments)]
    [InlineData("rows=200", Segments)]
    [InlineData("rows=400", 2)]
    [InlineData("rows=300", Segments)]
    [InlineData("rows=300 overflow=4/3", 2)]
    [InlineData("compactor.max_eager_generation=-1", Segments)]
    [InlineData("compactor.max_eager_generation=-1 compactor.cooldown_duration=0", 1)]
    [InlineData("compactor.write_concurrency=1 compactor.metadata_concurrency=1 cache_size_mb=1", 1)]
    public async Task The_keys_of_the_writer_bound_what_is_merged(string keys, int expected)
    {
        var config = keys.Split(' ').Select(k => k.Split('=')).ToDictionary(k => k[0], k => k[1], StringComparer.Ordinal);
        await using var lake = await ExtractedLake.CreateAsync(Open, Segments, config);
        await lake.MergeAsync(JobInDatabase.Worker("w1"));
        Assert.Equal((keys, 3L * expected), (keys, await lake.Jobs.AskAsync<long>("select count(*) from segments where retired_at is null")));
    }

    private static async Task PutAsync(IObjectStore store, string path)
    {
        using var upload = store.OpenWrite(path);
        await File.WriteAllTextAsync(upload.LocalPath, "not ours");
        await upload.PublishAsync(default);
    }

    /// <summary>Every row of every table as DuckDB sees it, and the block numbers as Parquet.Net does.</summary>
    private static async Task<IReadOnlyList<string>> ReadAsync(ExtractedLake lake)
    {
        var read = new List<string>();
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync();
        await using (var one = duck.CreateCommand())
        {
            // Files and rows come in their order then.
            one.CommandText = "set threads = 1";
            await one.ExecuteNonQueryAsync();
        }

        foreach (var table in _tables)
        {
            var copies = await lake.CopiesAsync(table);
            await using (var command = duck.CreateCommand())
            {
                command.CommandText = $"select count(*) || ' ' || md5(string_agg(t::varchar, '|')) from read_parquet([{string.Join(',', copies.Select(c => $"'{c}'"))}]) t";
                read.Add($"{table} {await command.ExecuteScalarAsync()}");
            }

            foreach (var copy in copies)
            {
                await using var reader = await ParquetReader.CreateAsync(copy);
                for (var g = 0; g < reader.RowGroupCount; g++)
                {
                    using var group = reader.OpenRowGroupReader(g);
                    using var numbers = (RawColumnData<ulong>)await group.ReadRawColumnDataBaseAsync(reader.Schema.GetDataFields()[0], default);
                    read.AddRange(numbers.Values.ToArray().Select(n => $"{table} {n}"));
                }
            }
        }

        return read;
    }
}
