using Amp.Query.Execution;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Query;

public sealed class ValuesStayInBounds : IDisposable
{
    private readonly QueryEngine _engine = NoTables.Engine(l => l with { Timeout = TimeSpan.FromSeconds(60), QueryMaxMemMb = 256 });

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("select length(repeat('x', 1000000000)) as l", "131072")]
    [InlineData("select repeat('x', least(a, 1000000000)) as l from (select 1000000000 as a)", "131072")]
    [InlineData("select repeat('x', a % 1000000000) as l from (select 999999999 as a)", "131072")]
    [InlineData("select length(repeat(b, 100000)) as l from \"ns/d\".t", "131072")]
    [InlineData("select length(repeat(repeat(b, 3000), 3000)) as l from \"ns/d\".t", "131072")]
    [InlineData("select length(lpad(b, 5000, 'b')) as l from \"ns/d\".t", "4096")]
    [InlineData("select len(list_resize([b], 1025)) as l from \"ns/d\".t", "1024")]
    [InlineData("select length(lpad('a', 100000000, 'b')) as l", "4096")]
    [InlineData("select length(rpad(b, 100000000, 'b')) as l from \"ns/d\".t", "4096")]
    [InlineData("select len(list_transform(range(100000000), x -> x + 1)) as l", "131072")]
    [InlineData("select len([x + 1 for x in range(100000000)]) as l", "131072")]
    [InlineData("select len(generate_series(0, 100000000)) as l", "131072")]
    [InlineData("select len(range(0, -100000000, -1)) as l", "131072")]
    [InlineData("select n from unnest(range(100000000)) u(n)", "131072")]
    [InlineData("select len(list_resize([1], 100000000, 0)) as l", "1024")]
    [InlineData("select len(array_resize([1], 100000000, 0)) as l", "1024")]
    [InlineData("select length(format('{:100000000d}', 1)) as l", "4096")]
    [InlineData("select length(printf('%100000000d', 1)) as l", "4096")]
    [InlineData("select length(printf('%.100000000f', 1.0)) as l", "4096")]
    [InlineData("select null::int[99999][2000] is null as l", "1024")]
    [InlineData("select null::struct(a int[600], b int[600]) is null as l", "1024")]
    [InlineData("select null::map(int, int[2000]) is null as l", "1024")]
    [InlineData("select 1 as l from \"ns/d\".t where length(repeat(b, 3000)) > 1 and length(repeat(b, 3001)) > 1 and length(repeat(b, 3002)) > 1 and length(repeat(b, 3003)) > 1 and length(repeat(b, 3004)) > 1 and length(repeat(b, 3005)) > 1", "524288")]
    [InlineData("select b from \"ns/d\".t where b like '%a_%a_%a_%b'", "at most 2")]
    [InlineData("select repeat('a', 800) like '%a_%a_%a_%b' as l", "at most 2")]
    [InlineData("select repeat('a', 800) not ilike '%a%a%a%b' as l", "at most 2")]
    [InlineData("select repeat('a', 800) like '%a%a%a%b' escape '$' as l", "at most 2")]
    [InlineData("select repeat('a', 800) glob '*a*a*a*b' as l", "at most 2")]
    [InlineData("select len(array_to_string(range(10000), repeat('x', 10000))) as l", "131072")]
    [InlineData("select length(replace(repeat('x', 100000), 'x', 'yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy')) as l from range(9)", "131072")]
    [InlineData("select len(list_select([b, b], [1, 1, 1, 1, 1, 1, 1, 1])) as l, list_transform(range(9000), x -> b || x) as m from \"ns/d\".t", "131072")]
    [InlineData("select json_extract(repeat('[', 3000) || repeat(']', 3000), '$..*') as j", "131072")]
    [InlineData("select len(list_aggregate(range(16000), 'string_agg', repeat('x', 100000))) as l", "131072")]
    [InlineData("select a from (select repeat('x', 90000) as a, repeat('y', 90000) as b, repeat('z', 90000) as c from range(5000))", "262144")]
    [InlineData("select contains(repeat(b, 4000), repeat(b, 2000)) as l from \"ns/d\".t", "16777216")]
    [InlineData("select strpos(repeat(b, 4000), repeat(b, 2000)) as l from \"ns/d\".t", "16777216")]
    [InlineData("select replace(repeat(b, 4000), repeat(b, 2000), '') as l from \"ns/d\".t", "16777216")]
    [InlineData("select split_part(repeat(b, 4000), repeat(b, 2000), 1) as l from \"ns/d\".t", "16777216")]
    [InlineData("select repeat(b, 4000) ~ repeat('a?', 2000) as l from \"ns/d\".t", "16777216")]
    [InlineData("select regexp_matches(repeat(b, 4000), repeat('a?', 2000)) as l from \"ns/d\".t", "16777216")]
    [InlineData("select regexp_matches(repeat('a', 130000), repeat('a?', 60000)) as l", "16777216")]
    public async Task A_value_of_any_size_is_refused_before_it_is_made_and_the_message_names_the_limit(string sql, string limit)
    {
        // The limit is our own word: the engine, which would make the value, has not planned the query yet.
        var fault = await Assert.ThrowsAsync<AmpException>(() => _engine.PlanAsync(sql, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.ResourcesExhausted, fault.Code);
        Assert.Contains(limit, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'x'", "{0} || {0}")]
    [InlineData("'x'", "concat({0}, '-', {0})")]
    [InlineData("'x'", "concat_ws('-', {0}, {0})")]
    [InlineData("[1]", "{0} || {0}")]
    [InlineData("[1]", "{0} + {0}")]
    [InlineData("[1]", "list_concat({0}, {0})")]
    [InlineData("[1]", "[{0}, {0}]")]
    [InlineData("[1]", "list_zip({0}, {0})")]
    [InlineData("1", "row({0}, {0})")]
    [InlineData("1", "{{'a': {0}, 'b': {0}}}")]
    [InlineData("1", "map([1, 2], [{0}, {0}])")]
    [InlineData("'x'", "hex({0})")]
    [InlineData("'x'", "bin({0})")]
    [InlineData("'\"'", "to_json({0})::varchar")]
    [InlineData("'x'", "format('{{0}}{{0}}', {0})")]
    [InlineData("'x'", "replace({0}, 'x', 'xx')")]
    [InlineData("'x'", "regexp_replace({0}, '.', '\\0\\0', 'g')")]
    [InlineData("[1]", "flatten([{0}, {0}])")]
    [InlineData("'x'", "case when {0} = 'y' then {0} else {0} || {0} end")]
    [InlineData("'x'", "coalesce({0} || {0}, {0})")]
    [InlineData("'x'", "cast([{0}] as varchar)")]
    [InlineData("'x'", "cast({{'a': {0}}} as varchar)")]
    [InlineData("'x'", "cast(cast([{0}] as json) as varchar)")]
    public async Task What_doubles_level_by_level_is_refused(string seed, string doubled)
    {
        var columns = string.Format(System.Globalization.CultureInfo.InvariantCulture, doubled, "v");
        var ctes = string.Concat(Enumerable.Range(0, 40).Select(i => $", c{i + 1} as (select {columns} as v from c{i})"));
        var lateral = string.Concat(Enumerable.Range(0, 40).Select(i =>
            $", {string.Format(System.Globalization.CultureInfo.InvariantCulture, doubled, $"v{i}")} as v{i + 1}"));
        foreach (var sql in new[]
        {
            $"with c0 as (select {seed} as v){ctes} select 1 as n from c40 where v is not null",
            $"select v40 from (select {seed} as v0{lateral})",
        })
        {
            var fault = await Assert.ThrowsAsync<AmpException>(() => RunAsync(sql));
            Assert.Equal(ErrorCode.ResourcesExhausted, fault.Code);
        }
    }

    [Theory]
    [InlineData("with recursive r(v) as (select 'x' union all select v || v from r where length(v) < 1000000000) select max(length(v)) as l from r")]
    [InlineData("with recursive r(n, v) as (select 1, [1] union all select n + 1, v || v from r where n < 40) select max(len(v)) as l from r")]
    [InlineData("with a as (select *, * from \"ns/d\".t), b as (select *, * from a), c as (select *, * from b), d as (select *, * from c), e as (select *, * from d), f as (select *, * from e), g as (select *, * from f), h as (select *, * from g), i as (select *, * from h) select 1 as n from i")]
    public async Task What_grows_by_recursion_or_by_its_columns_is_refused(string sql)
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => RunAsync(sql));
        Assert.Equal(ErrorCode.ResourcesExhausted, fault.Code);
    }

    [Theory]
    [InlineData("select repeat(b, a) as l from (select 'x' as b, 1000000000 as a)")]
    [InlineData("select count(*) as n from \"ns/d\".t x, \"ns/d\".t y where x.b like y.b")]
    [InlineData("select count(*) as n from \"ns/d\".t where b ilike '%' || b || '%'")]
    [InlineData("select length(lpad('x', (select 1000000000), 'y')) as l")]
    [InlineData("select range(x) as l from (select 100000000 as x)")]
    [InlineData("select format(b, 1) as l from (select '{:100000000d}' as b)")]
    [InlineData("select format('{:{}d}', 1, 100000000) as l")]
    [InlineData("select printf('%*d', 100000000, 1) as l")]
    [InlineData("select replace(b, 'x', b) as l from \"ns/d\".t")]
    [InlineData("select list_aggregate([1], 'bitstring_agg', 0, 1000000000) as l")]
    [InlineData("select list_aggregate([b], b) as l from \"ns/d\".t")]
    [InlineData("select list_transform([1], x -> list_transform([1], y -> x + y)) as l")]
    [InlineData("select list_reduce(['x', 'x', 'x'], (a, b) -> a || a) as l")]
    [InlineData("select levenshtein('a', 'b') as l")]
    [InlineData("select bitstring('1', 1000000000) as l")]
    [InlineData("select bitstring_agg(i, 0, 1000000000) as l from range(3) t(i)")]
    public async Task What_cannot_be_bounded_is_refused(string sql)
    {
        var fault = await Assert.ThrowsAsync<AmpException>(() => RunAsync(sql));
        Assert.Equal(ErrorCode.InvalidPlan, fault.Code);
    }

    [Theory]
    [InlineData("select lpad(hex(a), 64, '0') as l, '0x' || lower(hex(a)) as h, concat('0x', hex(a), '-', b) as c from \"ns/d\".t")]
    [InlineData("select repeat('0', 24) || hex(a) as l, repeat(b, 10) as r from \"ns/d\".t")]
    [InlineData("select repeat('0', 64 - length(b)) || b as l, repeat('*', (_block_num % 80)::integer) as bar, range(least(_block_num::bigint, 9)) as r from \"ns/d\".t")]
    [InlineData("select b like '%a%b%c%d%e%' as l, b ilike '%a%b%' as i, b like 'a__b%' as u, b like '%a_%b%' as v, b not like '%x' as n, b glob '*.eth' as g, b like null as o from \"ns/d\".t")]
    [InlineData("select list_sum(list_transform(range(1000), x -> x * 2)) as l")]
    [InlineData("select unnest(generate_series(1, 100)) as n")]
    [InlineData("select contains(string_agg(b, ','), b) as c, regexp_matches(b, '^(a|b)+[0-9]{1,40}$') as m, strpos(b, '0123456789') as p from \"ns/d\".t group by b")]
    [InlineData("select contains(repeat('a', 100000), repeat('a', 5000) || 'b') as c")]
    [InlineData("select n from generate_series(timestamp '2020-01-01', timestamp '2020-02-01', interval 1 day) g(n)")]
    [InlineData("select t.x, r.y from range(3) t(x), range(t.x) r(y)")]
    [InlineData("select format('{:>10} {:.2f}', b, 1.5) as f, printf('%08.3f', 1.5) as p from \"ns/d\".t")]
    [InlineData("select string_agg(b, ', ') as s, list(a) as l, array_agg({'a': a, 'b': b, 'block': _block_num}) as o from \"ns/d\".t")]
    [InlineData("select list_transform(list(_block_num), x -> x + 1) as l, list_aggregate(list(_block_num), 'sum') as s from \"ns/d\".t")]
    [InlineData("with recursive r(n, path) as (select 1, '1' union all select n + 1, path || ',' || n from r where n < 50) select path from r")]
    [InlineData("with recursive f(a, b) as (select 0, 1 union all select b, a + b from f where b < 100) select a from f")]
    [InlineData("select * exclude (b), replace(b, 'x', 'yy') as b from \"ns/d\".t")]
    [InlineData("select strftime(timestamp '2020-01-01', '%Y-%m-%d') as d, date_trunc('day', timestamp '2020-01-01') as t")]
    [InlineData("select to_json({'a': b, 'n': _block_num}) as j, json_extract('{\"a\": 1}', '$.a') as e, '{\"a\": 1}'->>'a' as t from \"ns/d\".t")]
    [InlineData("select string_split(b, ',')[1] as s, regexp_extract_all(b, '[0-9]+') as r from \"ns/d\".t")]
    public async Task Ordinary_queries_are_not_in_the_way(string sql) => await RunAsync(sql);

    [Fact]
    public async Task Long_lists_of_literals_and_long_sums_are_ordinary()
    {
        var addresses = string.Join(", ", Enumerable.Range(0, 10_000).Select(i => $"'{i:x40}'"));
        await RunAsync($"select b from \"ns/d\".t where b in ({addresses})");
        await RunAsync($"select b from \"ns/d\".t where list_contains([{addresses}], b)");
        await RunAsync($"select b from \"ns/d\".t, (values {string.Join(", ", Enumerable.Range(0, 10_000).Select(i => $"('{i:x40}')"))}) v(x) where v.x = b");
        await RunAsync($"select {string.Join(", ", Enumerable.Range(0, 500).Select(i => $"b || {i} as c{i}"))} from \"ns/d\".t");
    }

    private async Task RunAsync(string sql)
    {
        await using var query = await _engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
            batch.Dispose();
    }
}
