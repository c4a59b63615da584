using Amp.Query.Execution;
using Amp.Shared.Faults;
using Amp.TestKit.Queries;

namespace Amp.UnitTests.Query;

public sealed class QueriesReachTheirDatasetsAlone : IDisposable
{
    private readonly QueryEngine _engine = NoTables.Engine();

    public void Dispose() => _engine.Dispose();

    public static TheoryData<string, ErrorCode> Attempts => [.. AttemptsToLeave.On("\"ns/d\".t")];

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task Whatever_else_they_reach_for_is_refused(string sql, ErrorCode code)
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => _engine.PlanAsync(sql, TestContext.Current.CancellationToken));
        Assert.Equal(code, fault.Code);
        await AssertStillWorksAsync();
    }

    [Theory]
    [InlineData("select a.b.c as _hidden from (select {'b': {'c': 1}} as a)")]
    [InlineData("select a as _block_num from \"ns/d\".t")]
    [InlineData("select * rename (a as _a) from \"ns/d\".t")]
    [InlineData("select * from \"ns/d\".t as x(_one, two)")]
    [InlineData("with x(_one) as (select 1) select * from x")]
    [InlineData("select * from (select 1 as _x)")]
    public async Task Aliases_that_begin_with_an_underscore_are_refused(string sql)
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => _engine.PlanAsync(sql, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.InvalidPlan, fault.Code);
        Assert.Contains("underscore", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("select _block_num from \"ns/d\".t")]
    [InlineData("select t._block_num as _block_num from amp.\"ns/d\".t")]
    [InlineData("SELECT b FROM \"ns/d\".T")]
    [InlineData("with duckdb_tables as (select 1 as a) select * from duckdb_tables")]
    [InlineData("with recursive r(n) as (select 1 union all select n + 1 from r where n < 3) select * from r")]
    [InlineData("with a as (select 1 as x), b as (select * from a) select * from a, (select x as y from b)")]
    [InlineData("values (1), (2)")]
    [InlineData("select 1 as a union select 2 as a except select 3 as a")]
    [InlineData("select * from unnest([1, 2]) u(x), range(2) r(y)")]
    [InlineData("select list_transform([1, 2], lambda x: x + 1) as l")]
    [InlineData("select row_number() over (order by b desc nulls last) as n, count(*) filter (where b like 'x%') as c from \"ns/d\".t group by b")]
    [InlineData("select case when b is null then 1 else 0 end as c, b in ('x', 'y') as i, b collate nocase as n from \"ns/d\".t qualify row_number() over () = 1")]
    [InlineData("select distinct on (a) a, b from \"ns/d\".t order by a limit 5 offset 2")]
    [InlineData("select interval 1 day as i, date '2020-01-01' + 1 as d, now() as n, current_date as c")]
    [InlineData("select b[1:2] as s, b::integer as n, try_cast(b as double) as d from \"ns/d\".t")]
    [InlineData("select 1 as a settings stream = false")]
    public async Task Ordinary_queries_pass(string sql)
    {
        await using var query = await _engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
            batch.Dispose();
    }

    [Theory]
    [InlineData("select 1 as a from \"ns/d\".\"T\"")]
    [InlineData("select 1 as a from \"NS/d\".t")]
    [InlineData("select 1 as a from t")]
    [InlineData("select 1 as a from other.\"ns/d\".t")]
    public async Task Names_in_quotes_are_matched_by_case(string sql)
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => _engine.PlanAsync(sql, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.TableNotFoundError, fault.Code);
    }

    [Theory]
    // To DuckDB K (the Kelvin sign), ſ and İ are no k, s, i: what seems to be the CTE is a table of the engine, or none.
    [InlineData("with \"duc\u212Adb_settings\" as (select 1 as a) select * from duckdb_settings")]
    [InlineData("with \"duckdb_\u017Fettings\" as (select 1 as a) select * from duckdb_settings")]
    [InlineData("with \"sql\u0130te_master\" as (select 1 as a) select * from sqlite_master")]
    [InlineData("with sqlite_ma\u017Fter as (select 1 as a) select * from sqlite_master")]
    [InlineData("select * from (with recursive \"\u212A\" as (select 1 as a union all select a + 1 from k) select * from \"\u212A\")")]
    public async Task Names_are_folded_as_the_engine_folds_them(string sql)
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => _engine.PlanAsync(sql, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.TableNotFoundError, fault.Code);
    }

    [Fact]
    public async Task Names_that_differ_for_the_engine_stand_side_by_side()
    {
        await using var query = await _engine.PlanAsync(
            "with K as (select 1 as a), \"\u212A\" as (select 2 as b) select k.a, \"\u212A\".b from k, \"\u212A\"", TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b"], query.Schema.FieldsList.Select(f => f.Name));
    }

    [Theory]
    [InlineData("select 1 as a\0; drop table x", 13)]
    [InlineData("\0", 0)]
    [InlineData("select '\0' as a", 8)]
    [InlineData("select 1 as a -- \0", 17)]
    public async Task Text_after_a_nul_is_not_dropped_silently(string sql, int position)
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => _engine.PlanAsync(sql, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.SqlParseError, fault.Code);
        Assert.Contains($"U+0000 at position {position},", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_columns_of_one_name_are_refused()
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => _engine.PlanAsync("select 1 as x, 2 as x", TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.InvalidPlan, fault.Code);
        Assert.Contains("\"x\"", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_of_great_depth_is_refused_and_the_process_lives()
    {
        // DuckDB drops mere parentheses while it parses.
        var flat = "select " + new string('(', 5000) + "1" + new string(')', 5000) + " as a";
        var deep = "select " + string.Concat(Enumerable.Repeat("abs(", 3000)) + "1" + new string(')', 3000) + " as a";
        await Assert.ThrowsAsync<AmpException>(() => _engine.PlanAsync(deep, TestContext.Current.CancellationToken));
        await using (await _engine.PlanAsync(flat, TestContext.Current.CancellationToken))
            await AssertStillWorksAsync();
    }

    private async Task AssertStillWorksAsync()
    {
        await using var query = await _engine.PlanAsync("select 1 as one", TestContext.Current.CancellationToken);
        Assert.Equal("one", Assert.Single(query.Schema.FieldsList).Name);
    }
}
