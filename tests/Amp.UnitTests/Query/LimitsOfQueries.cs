using System.Diagnostics;
using Amp.Query.Execution;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Query;

public sealed class LimitsOfQueries
{
    // About ten thousand years of work, made in small steps.
    private const string Endless = "select sum(a.range * b.range % 7) as s from range(100000000) a, range(100000000) b";

    [Fact]
    public async Task A_client_that_goes_away_stops_its_query_within_a_tenth_of_a_second()
    {
        // The best of some tries: a busy machine may stop any of them for longer.
        using var engine = NoTables.Engine();
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 10 && best > TimeSpan.FromMilliseconds(100); i++)
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, (await TimeToStopAsync(engine)).Ticks));
        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_call_that_does_not_hear_is_left_within_a_tenth_of_a_second_and_its_engine_is_busy_until_it_ends()
    {
        using var instance = new DuckInstance(new QueryLimits { DataFolders = [] });
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 10 && best > TimeSpan.FromMilliseconds(100); i++)
        {
            using var end = new ManualResetEventSlim();
            using var client = new CancellationTokenSource();
            var late = new TaskCompletionSource<int>();
            var call = new EngineCall<int>(instance, () => Deaf(end), client.Token);
            var result = call.WaitAsync(late.SetResult);
            var left = Stopwatch.GetTimestamp();
            await client.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(() => result);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(left).Ticks));
            Assert.False(instance.Busy.IsCompleted);
            end.Set();
            await instance.Busy;
            Assert.Equal(7, await late.Task);
        }

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task The_place_of_a_query_that_was_left_is_free_when_its_engine_is()
    {
        // One call of one function over one list: nothing in it asks whether it is to stop.
        const string Deaf = "select sum(len(list_transform(l, x -> sin(x) + cos(x)))) as n from (select list(range) as l from range(5000000))";
        using var engine = NoTables.Engine(l => l with { MaxConcurrent = 1, QueueLength = 1, QueueWait = TimeSpan.FromMinutes(5) });
        for (var i = 0; i < 3; i++)
        {
            await using var query = await engine.PlanAsync(Deaf, TestContext.Current.CancellationToken);
            using var client = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DrainAsync(query, client.Token));
        }
    }

    [Fact]
    public async Task Time_is_limited_while_a_query_is_planned()
    {
        using var engine = NoTables.Engine(l => l with { Timeout = TimeSpan.FromMilliseconds(100) }, waits: true);
        var fault = await Assert.ThrowsAsync<AmpException>(() => engine.PlanAsync("select b from \"ns/d\".t", TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.QueryTimeout, fault.Code);
        Assert.Contains("0.1 s (query_timeout_secs)", fault.Message, StringComparison.Ordinal);
    }

    private static int Deaf(ManualResetEventSlim end)
    {
        end.Wait(TimeSpan.FromMinutes(1));
        return 7;
    }

    private static async Task<TimeSpan> TimeToStopAsync(QueryEngine engine)
    {
        // The first rows come soon, then there is long work for few rows: the query runs when it is left.
        const string Sql = "select range as r from range(100000000000) where range < 200000 or range % 999999937 = 1";
        await using var query = await engine.PlanAsync(Sql, TestContext.Current.CancellationToken);
        using var client = new CancellationTokenSource();
        await using var batches = query.ExecuteAsync(client.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await batches.MoveNextAsync());
        batches.Current.Dispose();
        var left = Stopwatch.GetTimestamp();
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await batches.MoveNextAsync())
                batches.Current.Dispose();
        });
        return Stopwatch.GetElapsedTime(left);
    }

    [Fact]
    public async Task A_reader_that_stops_in_the_middle_frees_the_place_of_its_query()
    {
        // The next one waits for the place: the engine of a query that was left may take its time to hear of it.
        using var engine = NoTables.Engine(l => l with { MaxConcurrent = 1, QueueLength = 1, QueueWait = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 3; i++)
        {
            await using var query = await engine.PlanAsync("select * from range(100000000)", TestContext.Current.CancellationToken);
            await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
            {
                batch.Dispose();
                break;
            }
        }
    }

    [Fact]
    public async Task Time_is_limited_and_the_message_says_so()
    {
        using var engine = NoTables.Engine(l => l with { Timeout = TimeSpan.FromMilliseconds(200) });
        var fault = await Assert.ThrowsAsync<AmpException>(async () =>
        {
            // On a busy machine the time may end while the query is planned.
            await using var query = await engine.PlanAsync(Endless, TestContext.Current.CancellationToken);
            await DrainAsync(query, TestContext.Current.CancellationToken);
        });
        Assert.Equal(ErrorCode.QueryTimeout, fault.Code);
        Assert.Contains("0.2 s (query_timeout_secs)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_are_limited_and_the_message_says_so()
    {
        using var engine = NoTables.Engine(l => l with { MaxRows = 1000 });
        await using (var enough = await engine.PlanAsync("select * from range(1000)", TestContext.Current.CancellationToken))
            Assert.Equal(1000, await DrainAsync(enough, TestContext.Current.CancellationToken));
        await using var query = await engine.PlanAsync("select * from range(1001)", TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<AmpException>(() => DrainAsync(query, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.ResourcesExhausted, fault.Code);
        Assert.Contains("1000 rows (query_max_rows)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_is_limited_and_the_message_says_so()
    {
        using var engine = NoTables.Engine(l => l with { QueryMaxMemMb = 32 });
        await using var query = await engine.PlanAsync("select range as r, count(*) as c from range(20000000) group by range order by c, r", TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<AmpException>(() => DrainAsync(query, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.ResourcesExhausted, fault.Code);
        Assert.Contains("query_max_mem_mb = 32", fault.Message, StringComparison.Ordinal);
        Assert.Contains("its 32 MiB", fault.Message, StringComparison.Ordinal);
        Assert.Contains("spill_location is not set", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SET ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Memory_is_limited_without_a_setting_too()
    {
        using var engine = NoTables.Engine(l => l with { ProcessMemMb = 1024 });
        await using var query = await engine.PlanAsync("select range as r, count(*) as c from range(20000000) group by range order by c, r", TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<AmpException>(() => DrainAsync(query, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.ResourcesExhausted, fault.Code);
        Assert.Contains("its 32 MiB of memory (query_max_mem_mb = 0, max_mem_mb = 0", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select median(range) as m from range(1000000000)")]
    [InlineData("select mode(range) as m from range(1000000000)")]
    [InlineData("select sum(hash(a)) as m from (select approx_quantile(range, 0.5) as a from range(2000000) group by range % 1000000)")]
    public async Task Memory_that_the_engine_does_not_count_is_limited_too(string sql)
    {
        using var engine = NoTables.Engine(l => l with { QueryMaxMemMb = 64 });
        await using var query = await engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<AmpException>(() => DrainAsync(query, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.ResourcesExhausted, fault.Code);
        Assert.Contains("more memory than its 32 MiB, half of what it may use besides (query_max_mem_mb = 64", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select (select range from range(3)) as a")]
    [InlineData("select 1 + (select unnest([1, 2])) as a")]
    public async Task Hints_to_statements_that_nobody_can_run_are_left_out(string sql)
    {
        using var engine = NoTables.Engine();
        await using var query = await engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<AmpException>(() => DrainAsync(query, TestContext.Current.CancellationToken));
        Assert.Contains("scalar subqueries can only return a single row", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SET ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abs(", "1", ")")]
    [InlineData("1 + ", "1", "")]
    public async Task Depth_is_limited_and_the_message_says_so(string before, string middle, string after)
    {
        using var engine = NoTables.Engine();
        var sql = $"select {string.Concat(Enumerable.Repeat(before, 1500))}{middle}{string.Concat(Enumerable.Repeat(after, 1500))} as a";
        var fault = await Assert.ThrowsAsync<AmpException>(() => engine.PlanAsync(sql, TestContext.Current.CancellationToken));
        Assert.Contains("at most 1000 levels", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SET ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_into_memory_spills_when_there_is_a_folder_for_it()
    {
        var folder = Directory.CreateTempSubdirectory("amp-spill-");
        try
        {
            using var engine = NoTables.Engine(l => l with { QueryMaxMemMb = 200, SpillFolder = folder.FullName });
            await using var query = await engine.PlanAsync("select range as r, range::varchar || 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' as t from range(4000000) order by t", TestContext.Current.CancellationToken);
            Assert.Equal(4_000_000, await DrainAsync(query, TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task More_queries_than_allowed_wait_and_are_then_refused()
    {
        using var engine = NoTables.Engine(l => l with { MaxConcurrent = 1, QueueLength = 1, QueueWait = TimeSpan.FromMilliseconds(100) });
        var running = await engine.PlanAsync("select 1 as a", TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<RetryableException>(() => engine.PlanAsync("select 1 as a", TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.TooManyQueries, fault.Code);
        Assert.Contains("query_max_concurrent = 1", fault.Message, StringComparison.Ordinal);
        await running.DisposeAsync();
        await using var next = await engine.PlanAsync("select 1 as a", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task One_that_waits_gets_the_place_of_one_that_ends()
    {
        using var engine = NoTables.Engine(l => l with { MaxConcurrent = 1, QueueLength = 1, QueueWait = TimeSpan.FromSeconds(30) });
        var running = await engine.PlanAsync("select 1 as a", TestContext.Current.CancellationToken);
        var waiting = engine.PlanAsync("select 2 as a", TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        await Assert.ThrowsAsync<RetryableException>(() => engine.PlanAsync("select 3 as a", TestContext.Current.CancellationToken));
        await running.DisposeAsync();
        await using var next = await waiting;
        Assert.Equal(1, await DrainAsync(next, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0, 0, 16, 256, 16)]
    [InlineData(0, 512, 16, 512, 8)]
    [InlineData(0, 1_000_000, 16, 4096, 1)]
    [InlineData(0, 0, 1024, 4, 1024)]
    [InlineData(4096, 512, 16, 512, 8)]
    [InlineData(4096, 0, 16, 256, 16)]
    [InlineData(100, 512, 16, 100, 1)]
    public void All_queries_together_stay_within_the_common_memory(long all, long one, int concurrent, long memory, int slots)
    {
        var limits = new QueryLimits { DataFolders = [], ProcessMemMb = 8192, MaxMemMb = all, QueryMaxMemMb = one, MaxConcurrent = concurrent };
        Assert.Equal((memory, slots), (limits.MemoryOfOneQueryMb, limits.Slots));
    }

    private static async Task<long> DrainAsync(PlannedQuery query, CancellationToken ct)
    {
        long rows = 0;
        await foreach (var batch in query.ExecuteAsync(ct))
        {
            rows += batch.Length;
            batch.Dispose();
        }

        return rows;
    }
}
