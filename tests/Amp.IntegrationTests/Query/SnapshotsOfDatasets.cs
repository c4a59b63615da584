using System.Diagnostics;
using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Faults;
using Amp.TestKit.Lakes;
using Npgsql;

namespace Amp.IntegrationTests.Query;

public sealed class SnapshotsOfDatasets : IAsyncLifetime
{
    private SmallLake _lake = null!;
    private QueryEngine _engine = null!;
    private DatasetCatalog _catalog = null!;

    public async ValueTask InitializeAsync()
    {
        _lake = await SmallLake.CreateAsync();
        (_engine, _catalog) = Engines.Over(_lake.Database.DataSource, _lake.Root);
    }

    public async ValueTask DisposeAsync()
    {
        _engine?.Dispose();
        if (_catalog is not null)
            await _catalog.DisposeAsync();
        if (_lake is not null)
            await _lake.DisposeAsync();
    }

    [Fact]
    public async Task A_table_without_segments_is_empty_and_has_its_columns()
    {
        await using var query = await _engine.PlanAsync("select * from \"test/small\".one", TestContext.Current.CancellationToken);
        Assert.Equal(["_block_num", "n"], query.Schema.FieldsList.Select(f => f.Name));
        Assert.Empty(query.Ranges);
        Assert.Equal(0L, await _engine.ScalarAsync("select count(*) from \"test/small\".one"));
    }

    [Fact]
    public async Task All_tables_end_with_the_highest_block_that_all_have()
    {
        await _lake.AddAsync("one", 0, 9);
        Assert.Equal(0L, await _engine.ScalarAsync("select count(*) from \"test/small\".one"));
        await _lake.AddAsync("two", 0, 6);
        await _lake.AddAsync("one", 10, 19);
        await Until(7L * SmallLake.RowsPerBlock, "select count(*) from \"test/small\".one");
        Assert.Equal([6UL, 6UL], Assert.Single(await _engine.RowsAsync("select (select max(_block_num) from \"test/small\".one) as a, (select max(_block_num) from \"test/small\".two) as b")));
        await using var query = await _engine.PlanAsync("select n from \"test/small\".one", TestContext.Current.CancellationToken);
        Assert.Equal(new SnapshotRange("mainnet", 0, 6, SmallLake.HashOf(6), default), Assert.Single(query.Ranges));
    }

    [Fact]
    public async Task A_count_of_all_rows_is_what_the_catalogue_knows_and_of_files_that_are_cut_what_they_hold()
    {
        const string Sql = "select count(*) as \"How Many\" from \"test/small\".one";
        await _lake.AddAsync("one", 0, 9);
        await _lake.AddAsync("one", 10, 19);
        await _lake.AddAsync("two", 0, 14);
        await Until(15L * SmallLake.RowsPerBlock, Sql);
        await using (var query = await _engine.PlanAsync(Sql, TestContext.Current.CancellationToken))
        {
            Assert.Equal("How Many", Assert.Single(query.Schema.FieldsList).Name);
            Assert.Equal(14UL, Assert.Single(query.Ranges).End);
        }

        // What else is asked for than a count of all rows is not answered so.
        Assert.Equal(1000L, await _engine.ScalarAsync("select count(*) from \"test/small\".one where _block_num < 10"));
        Assert.Equal(15L, await _engine.ScalarAsync("select count(distinct _block_num) from \"test/small\".one"));
        Assert.Equal(500L, await _engine.ScalarAsync("select count(*) filter (where _block_num >= 10) from \"test/small\".one"));
        Assert.Equal(15, (await _engine.RowsAsync("select count(*) from \"test/small\".one group by _block_num")).Count);
        Assert.Equal(2250000L, await _engine.ScalarAsync("select count(*) from \"test/small\".one, \"test/small\".one b"));
        Assert.Empty(await _engine.RowsAsync("select count(*) from \"test/small\".one limit 0"));
        Assert.Empty(await _engine.RowsAsync("select count(*) from \"test/small\".one having count(*) < 5"));

        // Whole files are not opened: a footer of each of ten thousand would be read.
        await _lake.AddAsync("two", 15, 19);
        await Until(20L * SmallLake.RowsPerBlock, Sql);
        foreach (var file in Directory.EnumerateFiles(_lake.Root, "*.parquet", SearchOption.AllDirectories))
            File.Delete(file);
        Assert.Equal(2000L, await _engine.ScalarAsync(Sql));
        Assert.Equal(ErrorCode.SegmentGone, (await Assert.ThrowsAnyAsync<AmpException>(() => _engine.ScalarAsync("select count(n) from \"test/small\".one"))).Code);
    }

    [Fact]
    public async Task A_declared_table_without_an_active_revision_has_no_block()
    {
        await AddBothAsync(0, 9);
        await Until(1000L, "select count(*) from \"test/small\".one");
        await _lake.Rows.RunAsync("update revisions set active = false where table_name = 'two'");
        await _lake.Rows.RunAsync("select pg_notify('amp_datasets', 'test/small')");
        await Until(0L, "select count(*) from \"test/small\".one");
        Assert.Equal(0L, await _engine.ScalarAsync("select count(*) from \"test/small\".one a left join \"test/small\".two b using (n) where b.n is null"));
        await using var query = await _engine.PlanAsync("select n from \"test/small\".one", TestContext.Current.CancellationToken);
        Assert.Empty(query.Ranges);
    }

    [Fact]
    public async Task One_dataset_under_two_names_is_cut_once()
    {
        await AddBothAsync(0, 9);
        await Until(1000L, "select count(*) from \"test/small\".one");
        await _lake.AddAsync("one", 10, 19, notify: false);
        await _lake.AddAsync("two", 10, 19, notify: false);
        var ends = Assert.Single(await _engine.RowsAsync("select (select max(_block_num) from \"test/small\".one) as a, (select max(_block_num) from \"test/small@dev\".two) as b"));
        Assert.Equal(ends[0], ends[1]);
    }

    [Fact]
    public async Task A_database_that_refuses_is_told_as_one_that_is_away()
    {
        await AddBothAsync(0, 9);
        await _lake.Rows.RunAsync("alter table segments rename to segments_away");
        var fault = await Assert.ThrowsAsync<RetryableException>(() => _engine.RowsAsync("select n from \"test/small\".one"));
        Assert.Equal(ErrorCode.DatabaseUnavailable, fault.Code);
        Assert.Contains("metadata_db.url, SQLSTATE 42P01", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_password_is_told_as_a_database_that_is_away()
    {
        var url = new NpgsqlConnectionStringBuilder(_lake.Database.ConnectionString) { Username = "nobody_of_that_name", Password = "planted-secret" };
        await using var database = NpgsqlDataSource.Create(url.ConnectionString);
        var (engine, catalog) = Engines.Over(database, _lake.Root);
        await using (catalog)
        using (engine)
        {
            var fault = await Assert.ThrowsAsync<RetryableException>(() => engine.RowsAsync("select n from \"test/small\".one"));
            Assert.Equal(ErrorCode.DatabaseUnavailable, fault.Code);
            Assert.DoesNotContain("planted-secret", fault.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("nobody_of_that_name", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_that_knows_less_than_the_one_that_planned_asks_the_database()
    {
        const string Sql = "select n from \"test/small\".one";
        await AddBothAsync(0, 9);
        await Until(1000L, "select count(*) from \"test/small\".one");
        await _lake.AddAsync("one", 10, 19, notify: false);
        await _lake.AddAsync("two", 10, 19, notify: false);
        var (other, catalog) = Engines.Over(_lake.Database.DataSource, _lake.Root);
        await using (catalog)
        using (other)
        {
            await using var planned = await other.PlanAsync(Sql, TestContext.Current.CancellationToken);
            await using var redeemed = await _engine.PlanAsync(Sql, planned.AsOf, TestContext.Current.CancellationToken);
            Assert.Equal(planned.Ranges, redeemed.Ranges);
            Assert.True(redeemed.AsOf >= planned.AsOf);
            await using var again = await _engine.PlanAsync(Sql, redeemed.AsOf, TestContext.Current.CancellationToken);
            Assert.Equal(redeemed.Ranges, again.Ranges);
            Assert.True(again.AsOf >= redeemed.AsOf);
        }
    }

    [Fact]
    public async Task Rows_come_in_the_order_of_blocks()
    {
        // More files than the engine is shown by a plan.
        for (ulong start = 0; start < 100; start += 5)
            await AddBothAsync(start, start + 4);

        await Until(100L * SmallLake.RowsPerBlock, "select count(*) from \"test/small\".one");
        var rows = await _engine.RowsAsync("select n from \"test/small\".one");
        Assert.Equal(Enumerable.Range(0, 100 * SmallLake.RowsPerBlock).Select(i => (object?)(long)i), rows.Select(r => r[0]));
    }

    [Fact]
    public async Task A_registration_is_seen_at_once_and_not_at_the_next_periodic_check()
    {
        await AddBothAsync(0, 9);
        await Until(1000L, "select count(*) from \"test/small\".one");
        // Listening begins with the first query; once it does, changes are heard.
        await AddBothAsync(10, 19);
        await Until(2000L, "select count(*) from \"test/small\".one");
        var times = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            var start = 20 + 10 * (ulong)i;
            await AddBothAsync(start, start + 9);
            var committed = Stopwatch.GetTimestamp();
            await Until(2000L + 1000 * (i + 1), "select count(*) from \"test/small\".one");
            times.Add(Stopwatch.GetElapsedTime(committed));
        }

        // With the query itself; without a notification it would be up to the five seconds of the periodic check.
        Assert.InRange(times.Order().ElementAt(2), TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task A_registration_without_a_notification_is_seen_by_the_periodic_check()
    {
        await AddBothAsync(0, 9);
        await Until(1000L, "select count(*) from \"test/small\".one");
        await _lake.AddAsync("one", 10, 19, notify: false);
        await _lake.AddAsync("two", 10, 19, notify: false);
        await Until(2000L, "select count(*) from \"test/small\".one");
    }

    [Fact]
    public async Task A_longer_fork_replaces_the_blocks_it_contradicts()
    {
        await AddBothAsync(0, 9);
        await AddBothAsync(10, 12);
        await Until(1300L, "select count(*) from \"test/small\".one");
        foreach (var table in new[] { "one", "two" })
            await _lake.AddAsync(table, 10, 14, fork: 1);
        await Until(1500L, "select count(*) from \"test/small\".one");
        await using var query = await _engine.PlanAsync("select n from \"test/small\".one", TestContext.Current.CancellationToken);
        Assert.Equal(SmallLake.HashOf(14, 1), Assert.Single(query.Ranges).Hash);
    }

    [Fact]
    public async Task Retired_segments_are_not_read()
    {
        var parts = new List<long>();
        foreach (var table in new[] { "one", "two" })
        {
            parts.Add(await _lake.AddAsync(table, 0, 4));
            parts.Add(await _lake.AddAsync(table, 5, 9));
        }

        await Until(1000L, "select count(*) from \"test/small\".one");
        foreach (var table in new[] { "one", "two" })
            await _lake.AddAsync(table, 0, 9, notify: false);
        await _lake.Rows.RunAsync("update segments set retired_at = now() where id = any($1)", parts.ToArray());
        await _lake.Rows.RunAsync("select pg_notify('amp_segments', 'test/small')");
        Assert.Equal(1000L, await _engine.ScalarAsync("select count(*) from \"test/small\".one"));
    }

    [Theory]
    [InlineData("_block_num = 25", 1)]
    [InlineData("_block_num >= 15 and _block_num < 30", 2)]
    [InlineData("20 <= _block_num and n > 0", 3)]
    [InlineData("_block_num between 0 and 9", 1)]
    [InlineData("_block_num in (3, 17)", 2)]
    [InlineData("_block_num > 1000", 0)]
    [InlineData("_block_num = 5 or _block_num = 45", 5)]
    [InlineData("n = 2500", 5)]
    public async Task Only_files_whose_blocks_matter_are_opened(string where, int files)
    {
        for (ulong start = 0; start < 50; start += 10)
            await AddBothAsync(start, start + 9);
        await Until(5000L, "select count(*) from \"test/small\".one");
        IReadOnlyList<TableSnapshot> seen = [];
        using var engine = new QueryEngine(
            async (questions, ct) => seen = await _catalog.SnapshotAsync(questions, ct), new QueryLimits { DataFolders = [_lake.Root] }, TimeProvider.System);
        var sql = $"select count(*) from \"test/small\".one x where {where}";
        var all = await _engine.ScalarAsync($"select count(*) from (select * from \"test/small\".one) x where {where}");
        Assert.Equal(all, await engine.ScalarAsync(sql));
        Assert.Equal(files, Assert.Single(seen).Files.Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public async Task A_file_that_is_gone_is_told_and_no_short_answer_given(int segments)
    {
        for (ulong start = 0; start < (ulong)segments * 10; start += 10)
            await AddBothAsync(start, start + 9);
        await Until(segments * 1000L, "select count(*) from \"test/small\".one");
        File.Delete(Directory.EnumerateFiles(Path.Combine(_lake.Root, "test", "small", "one"), "000000010-*", SearchOption.AllDirectories).Single());
        var fault = await Assert.ThrowsAsync<AmpException>(() => _engine.RowsAsync("select n from \"test/small\".one"));
        Assert.Equal(ErrorCode.SegmentGone, fault.Code);
        Assert.DoesNotContain(_lake.Root, fault.Message, StringComparison.Ordinal);
    }

    private async Task AddBothAsync(ulong start, ulong end)
    {
        await _lake.AddAsync("one", start, end, notify: false);
        await _lake.AddAsync("two", start, end);
    }

    private async Task Until(long expected, string sql)
    {
        var deadline = Stopwatch.GetTimestamp() + 20 * Stopwatch.Frequency;
        object? last;
        do
            last = await _engine.ScalarAsync(sql);
        while (!expected.Equals(last) && Stopwatch.GetTimestamp() < deadline);
        Assert.Equal(expected, last);
    }
}
