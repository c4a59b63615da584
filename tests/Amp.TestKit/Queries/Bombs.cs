using Amp.Shared.Faults;

namespace Amp.TestKit.Queries;

/// <summary>Queries that ask for far more than they read, and the code that each is refused, or stopped, with.</summary>
public static class Bombs
{
    /// <summary>Refused by what they say, before the engine plans them.</summary>
    public static IReadOnlyList<(string Name, string Sql, ErrorCode Code)> OfPlanning { get; } =
    [
        ("a join of 65", $"select count(*) as n from range(2) r0{Times(64, i => $" join range(2) r{i + 1} on r{i + 1}.range = r{i}.range")}", ErrorCode.ResourcesExhausted),
        ("65 sources with commas", $"select count(*) as n from range(1) r{Times(64, i => $", range(2) r{i}")}", ErrorCode.ResourcesExhausted),
        ("65 subqueries", $"select 1 as n{Times(65, i => $", (select max(range) from range(3) where range < {i}) as c{i}")}", ErrorCode.ResourcesExhausted),
        ("65 of WITH and a join", $"with c as (select r.range from range(9) r{Times(40, i => $", range(2) a{i}")}) select count(*) as n from c{Times(40, i => $", range(2) b{i}")}", ErrorCode.ResourcesExhausted),
        ("a WITH that nobody reads", $"with c as (select r.range from range(9) r{Times(65, i => $", range(2) a{i}")}) select 1 as n", ErrorCode.ResourcesExhausted),
        ("a join in one part of a UNION", $"select 1 as n union all select r.range from range(9) r{Times(65, i => $", range(2) a{i}")}", ErrorCode.ResourcesExhausted),
        ("an INTERSECT of 70", $"select 1 as a{Times(70, _ => " intersect select 1")}", ErrorCode.ResourcesExhausted),
        ("an EXCEPT of 70", $"select 1 as a{Times(70, _ => " except all select 1")}", ErrorCode.ResourcesExhausted),
        ("a UNION of 1,001", $"select 1 as a{Times(1000, _ => " union all select 1")}", ErrorCode.ResourcesExhausted),
        ("129 sets to group by", $"select count(*) as n from range(1) group by grouping sets ((){Times(128, _ => ", (range)")})", ErrorCode.ResourcesExhausted),
        ("a cube of 8", $"select 1 as n from (select 1 as a{Times(8, i => $", {i} as c{i}")}) group by cube (c0{Times(7, i => $", c{i + 1}")})", ErrorCode.ResourcesExhausted),
        ("a cube of 25", $"select 1 as n from range(1) group by cube (range{Times(24, _ => ", range")})", ErrorCode.SqlParseError),
        ("10,001 columns", $"select 0 as c{Times(10_000, i => $", {i} as c{i}")}", ErrorCode.ResourcesExhausted),
        ("20,000 minus signs", $"select {Times(20_000, _ => "- ")}1 as a", ErrorCode.SqlParseError),
        ("20,000 NOT", $"select {Times(20_000, _ => "not ")}true as a", ErrorCode.SqlParseError),
        ("20,000 brackets", $"select {Times(20_000, _ => "[")}1{Times(20_000, _ => "]")} as a", ErrorCode.SqlParseError),
        ("5,000 structs", $"select {Times(5_000, _ => "{'a':")}1{Times(5_000, _ => "}")} as a", ErrorCode.SqlParseError),
        ("20,000 casts", $"select 1{Times(20_000, _ => "::int")} as a", ErrorCode.SqlParseError),
        ("5,000 CASE", $"select {Times(5_000, _ => "case when true then ")}1{Times(5_000, _ => " end")} as a", ErrorCode.SqlParseError),
        ("3,000 subqueries, one in another", $"select {Times(3_000, _ => "(select ")}1{Times(3_000, _ => ")")} as a", ErrorCode.SqlParseError),
        ("3,000 sources, one in another", $"select * from {Times(3_000, _ => "(select * from ")}range(1){Times(3_000, _ => ")")}", ErrorCode.SqlParseError),
        ("400 sources, one in another", $"select * from {Times(400, _ => "(select * from ")}range(1){Times(400, _ => ")")}", ErrorCode.InvalidPlan),
        ("20,000 fields of fields", $"select a{Times(20_000, _ => ".a")} from (select 1 as a)", ErrorCode.InvalidPlan),
        ("30 columns of divisors of divisors", $"select 0 as c{Times(30, i => $", {Times(10, _ => "1/(")}b{Times(10, _ => ")")} as d{i}")} from range(3) t(b)", ErrorCode.ResourcesExhausted),
        ("a join as a divisor of divisors", $"select {Times(4, _ => "1/(")}(select count(*) from range(2) r0{Times(19, i => $" join range(2) r{i + 1} on r{i + 1}.range = r{i}.range")}){Times(4, _ => ")")} as n", ErrorCode.ResourcesExhausted),
        ("a format of widths", $"select format('{Times(40, _ => "{0:4096}")}', range) as n from range(3)", ErrorCode.ResourcesExhausted),
        ("a separator of 4,000 signs, 200 times", $"select concat_ws(repeat('x', 4000), range::varchar{Times(200, _ => ", ''")}) as n from range(3)", ErrorCode.ResourcesExhausted),
        ("a text of 1 MB", $"select '{new string('x', 1_000_000)}' as a", ErrorCode.ResourcesExhausted),
        ("a pattern of patterns", "select regexp_matches('a', '((((a{1,100}){1,100}){1,100}){1,100})') as l", ErrorCode.ExecutionError),
        ("an array of arrays of the ABI", $"select evm_decode_type(b::blob, 'uint256{Times(8, _ => "[1000]")}') as x from (select repeat('a', 100000) as b)", ErrorCode.ResourcesExhausted),
        ("a lag over the edge", "select lag(range, -9223372036854775808) over () as a from range(3)", ErrorCode.InvalidPlan),
        ("a lead over the edge", "select range as n from range(3) window w as (order by range) qualify lead(range, -9223372036854775808) over w is null", ErrorCode.InvalidPlan),
        ("a lag of rows that are computed", "select lag(range, -9223372036854775807 - range) over (order by range) as a from range(3)", ErrorCode.InvalidPlan),
        ("a lead of 2^31 rows", "select lead(range, 2147483648) over () as a from range(3)", ErrorCode.InvalidPlan),
        ("a frame over the edge", "select sum(range) over (rows between 9223372036854775807 following and unbounded following) as a from range(3)", ErrorCode.InvalidPlan),
        ("a frame below zero", "select mode(range) over (groups between current row and -9 following exclude ties) as a from range(3)", ErrorCode.InvalidPlan),
        ("a frame of rows that are computed", "select sum(range) over (rows between range preceding and current row) as a from range(3)", ErrorCode.InvalidPlan),
        ("JSON of JSON", $"select from_json('{Times(800, _ => "[")}1{Times(800, _ => "]")}', '{Times(800, _ => "[")}\"int\"{Times(800, _ => "]")}') as j", ErrorCode.ResourcesExhausted),
    ];

    /// <summary>Planned, and stopped by the memory or the time of a query.</summary>
    public static IReadOnlyList<(string Name, string Sql)> OfRunning { get; } =
    [
        ("a list of everything", "select list(range) as l from range(100000000)"),
        ("a text of everything", "select string_agg(range::varchar, ',') as l from range(100000000)"),
        ("distinct values", "select count(distinct hash(range)) as n from range(1000000000)"),
        ("an order without a limit", "select range as r from range(1000000000) order by hash(range)"),
        ("a cross join that is kept", "select a.range as x, b.range as y from range(100000) a, range(100000) b order by hash(x + y)"),
        ("doubled forty times", $"with c0 as (select 1 as a){Times(40, i => $", c{i + 1} as (select a from c{i} union all select a from c{i})")} select list(a) as n from c40"),
        ("doubled by copies of the plan", $"with c0 as (select 1 as a){Times(40, i => $", c{i + 1} as not materialized (select a from c{i} union all select a from c{i})")} select list(a) as n from c40"),
        ("a cross join", "select sum(a.range * b.range % 7) as s from range(100000000) a, range(100000000) b"),
        ("recursion", "with recursive r(n) as (select 1 union all select n + 1 from r) select count(*) as n from r"),
        ("recursion over distinct rows", "with recursive r(n) as (select 1 union select n + 1 from r) select count(*) as n from r"),
        ("a median of everything", "select median(range) as m from range(1000000000)"),
        ("quantiles of everything", "select quantile_disc(range, [0.1, 0.9]) as m from range(1000000000)"),
        ("the mode of everything", "select mode(range) as m from range(1000000000)"),
        ("a histogram of everything", "select histogram(range) as h from range(1000000000)"),
        ("the entropy of everything", "select entropy(range) as e from range(1000000000)"),
        ("a digest for each of a million groups", "select sum(hash(a)) as n from (select approx_quantile(range, 0.5) as a from range(1000000) group by range)"),
        ("distinct values of every window", "select max(c) as n from (select count(distinct range) over (order by range rows between unbounded preceding and current row) as c from range(10000000))"),
        ("a window of everything for each row", "select mode(range) over (order by range rows between unbounded preceding and current row) as m from range(1000000)"),
    ];

    /// <summary>Large, and answered all the same.</summary>
    public static IReadOnlyList<(string Name, string Sql)> Harmless { get; } =
    [
        ("a join of 30", $"select count(*) as n from range(2) r0{Times(29, i => $" join range(2) r{i + 1} on r{i + 1}.range = r{i}.range")}"),
        ("a number in the text of a format", "select format('block 18000000: {:>20}', range) as n from range(3)"),
        ("a share of a total", "select count(*) * 100 / (select count(*) from range(200)) as n from range(10)"),
        ("a UNION of 500", $"select 1 as a{Times(499, i => $" union all select {i}")}"),
        ("a list of 20,000 addresses", $"select range as r from range(9) where range::varchar in ('x'{Times(20_000, i => $", '{i:x40}'")})"),
        ("a comment of 1 MB", $"select 1 as a /*{new string('x', 1_000_000)}*/"),
        ("a pattern that backtracks elsewhere", "select regexp_matches(repeat('a', 40) || 'b', '(a+a+)+c') as l"),
        ("a WITH that asks not to be kept", "with c as not materialized (select 1 as a) select x.a from c x, c y"),
        ("a column called materialized", "select not materialized as x from (select true as materialized)"),
        ("windows of some rows", "select lag(range, 2147483647) over w as a, lead(range, -1, 7) over w as b, sum(range) over (order by range rows between 2147483647 preceding and 1 following) as c, sum(range) over (order by range range between 2 preceding and current row) as d from range(3) window w as (order by range)"),
        ("a cube of 6", "select count(*) as n from (select 1 as a, 2 as b, 3 as c, 4 as d, 5 as e, 6 as f) group by cube (a, b, c, d, e, f)"),
    ];

    private static string Times(int count, Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));
}
