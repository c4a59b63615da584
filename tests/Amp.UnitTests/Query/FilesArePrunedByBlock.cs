using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Amp.UnitTests.Query;

/// <summary>Which blocks a query asks of which table. Too few would be rows missing without a word.</summary>
public sealed class FilesArePrunedByBlock
{
    private static readonly Schema _columns = new([new Field("_block_num", UInt64Type.Default, false), new Field("block_num", UInt64Type.Default, false)], null);
    private static readonly BlockRange _all = new(0, ulong.MaxValue);

    // Of each query what it asks of a/x and of b/y.
    [Theory]
    [InlineData("""select 1 from "a/x".t l join "b/y".t r on l.block_num = r.block_num where r.block_num between 5 and 6""", 5, 6, 5, 6)]
    [InlineData("""select 1 from "a/x".t l join "b/y".t r using (block_num) where r._block_num = 7""", 7, 7, 7, 7)]
    [InlineData("""select 1 from "a/x".t l join "b/y".t r using (block_num) where block_num = 7""", 7, 7, 7, 7)]
    [InlineData("""select 1 from "a/x".t l, "b/y".t r where l.block_num = r._block_num and l.block_num >= 3 and r.block_num < 9""", 3, 8, 3, 8)]
    [InlineData("""select 1 from "a/x".t l join "b/y".t r on l.block_num = r.block_num and l.block_num = 4""", 4, 4, 4, 4)]
    [InlineData("""select 1 from "a/x".t l left join "b/y".t r on l.block_num = r.block_num where l.block_num = 4""", 4, 4, 4, 4)]
    [InlineData("""select 1 from "a/x".t l left join "b/y".t r using (block_num) where block_num = 4""", 4, 4, 4, 4)]
    [InlineData("""select 1 from "a/x".t l left join "b/y".t r on l.block_num = r.block_num and l.block_num = 4""", 0, -1, 4, 4)]
    [InlineData("""select 1 from "a/x".t l right join "b/y".t r on l.block_num = r.block_num and l.block_num = 4""", 4, 4, 0, -1)]
    [InlineData("""select 1 from "a/x".t l full join "b/y".t r on l.block_num = r.block_num and l.block_num = 4""", 0, -1, 0, -1)]
    [InlineData("""select 1 from "a/x".t l left join "b/y".t r on l.block_num = r.block_num where r.block_num = 4""", 0, -1, 4, 4)]
    [InlineData("""select 1 from "a/x".t l join "b/y".t r on l.block_num = r.block_num or r.block_num = 4 where l.block_num = 4""", 4, 4, 0, -1)]
    [InlineData("""select 1 from "a/x".t l asof join "b/y".t r on l.block_num >= r.block_num where l.block_num = 4""", 0, -1, 0, -1)]
    [InlineData("""select 1 from (select * from "a/x".t) l join "b/y".t r using (block_num) where r.block_num = 4""", 4, 4, 4, 4)]
    [InlineData("""select 1 from (select _block_num as n, block_num from "a/x".t where block_num < 9) l join "b/y".t r using (block_num) where r.block_num > 4""", 5, 8, 5, 8)]
    [InlineData("""select 1 from (select * from "a/x".t where block_num < 9) l left join "b/y".t r using (block_num)""", 0, 8, 0, 8)]
    [InlineData("""select 1 from (select * from "a/x".t where block_num < 9) l right join "b/y".t r using (block_num)""", 0, 8, 0, -1)]
    [InlineData("""select 1 from ("a/x".t l join "a/x".t m on l.block_num = m.block_num and m.block_num = 4) left join "b/y".t r on r.block_num = l.block_num""", 4, 4, 4, 4)]
    [InlineData("""with c as (select * from "a/x".t where block_num = 3) select 1 from c join "b/y".t r on r.block_num = c._block_num""", 3, 3, 3, 3)]
    [InlineData("""select 1 from (select * from "a/x".t limit 3) l join "b/y".t r using (block_num) where l.block_num = 4""", 0, -1, 0, -1)]
    [InlineData("""select 1 from (select block_num from "a/x".t group by block_num) l join "b/y".t r using (block_num) where r.block_num = 4""", 0, -1, 4, 4)]
    [InlineData("""select 1 from (select block_num + 1 as block_num from "a/x".t) l join "b/y".t r using (block_num) where l.block_num = 4""", 0, -1, 0, -1)]
    [InlineData("""with c as (select * from "a/x".t) select 1 from c join "b/y".t r using (block_num) where r.block_num = 4""", 4, 4, 4, 4)]
    [InlineData("""with c as (select * from "a/x".t), d as (select * from c where block_num = 3) select 1 from d, "b/y".t r where r.block_num = d.block_num""", 3, 3, 3, 3)]
    [InlineData("""with c as (select * from "a/x".t) select 1 from c, c d, "b/y".t r where c.block_num = 2 and d.block_num = 4 and r.block_num = 1""", 2, 4, 1, 1)]
    [InlineData("""with c as (select * from "a/x".t) select (select count(*) from c) as n from c, "b/y".t r where c.block_num = 2 and r.block_num = 1""", 0, -1, 1, 1)]
    [InlineData("""with c as (select *, row_number() over () as n from "a/x".t) select 1 from c, "b/y".t r where c.block_num = 2 and r.block_num = 1""", 0, -1, 1, 1)]
    [InlineData("""select 1 from "a/x".t l tablesample 10% join "b/y".t r on l.block_num = r.block_num where l.block_num = 4""", 0, -1, 4, 4)]
    [InlineData("""select 1 from (select * from "a/x".t) l tablesample 3 rows, "b/y".t r where l.block_num = 2 and r.block_num = 1""", 0, -1, 1, 1)]
    [InlineData("""select 1 from "a/x".t l, "b/y".t r where l.block_num = 2 and r.block_num = 1 using sample 3""", 0, -1, 0, -1)]
    [InlineData("""with c as (select * from "a/x".t) select 1 from c tablesample 3 rows, "b/y".t r where c.block_num = 2 and r.block_num = 1""", 0, -1, 1, 1)]
    [InlineData("""with r as (select * from "a/x".t) select 1 from r, "b/y".t y, (with recursive r as (select 1::ubigint as block_num union all select block_num + 1 from r where block_num < 3) select * from r) q where r.block_num = 2 and y.block_num = 1""", 0, -1, 1, 1)]
    public async Task Bounds_pass_through_joins_and_simple_queries(string sql, decimal start, decimal end, decimal otherStart, decimal otherEnd)
    {
        var asked = await AskedAsync(sql);

        Assert.Equal((Range(start, end), Range(otherStart, otherEnd)), (asked["a/x"], asked["b/y"]));

        static BlockRange Range(decimal first, decimal last) => new((ulong)first, last < 0 ? ulong.MaxValue : (ulong)last);
    }

    [Theory]
    [InlineData("""select * from "a/x".t where block_num < 100""", false)]
    [InlineData("""select * from "a/x".t where _block_num < 100""", true)]
    [InlineData("""select 1 from "a/x".t l join "b/y".t r on l._block_num = r.block_num where r._block_num < 100""", false)]
    [InlineData("""select 1 from "a/x".t l join "b/y".t r using (_block_num) where _block_num < 100""", true)]
    public async Task Where_block_num_may_be_anything_the_other_column_alone_counts(string sql, bool isBounded)
    {
        Dictionary<string, BlockRange> asked = [];
        using var engine = Engine(asked, q => q.OwnBlocks);
        await using var query = await engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        Assert.Equal(isBounded ? new BlockRange(0, 99) : _all, asked["a/x"]);
    }

    [Theory]
    [InlineData("""select * from "a/x".t where block_num < 100""")]
    [InlineData("""select * from "a/x".t where t._block_num <= 99""")]
    [InlineData("""select * from "a/x".t where "a/x".t.block_num between 0 and 99""")]
    [InlineData("""select * from amp."a/x".t where amp."a/x".t.block_num < 100""")]
    [InlineData("""select * from "a/x".t as q where q.block_num < 100""")]
    public async Task A_bound_on_the_only_table_counts(string sql) =>
        Assert.Equal(new BlockRange(0, 99), (await AskedAsync(sql))["a/x"]);

    [Theory]
    [InlineData("""select 1 from "a/x".t join "b/y".t on "a/x".t._block_num < "b/y".t._block_num where "a/x".t.block_num < 100""")]
    [InlineData("""select 1 from "a/x".t q join "b/y".t on q._block_num < "b/y".t._block_num where q.block_num < 100""")]
    [InlineData("""select 1 from "a/x".t, "b/y".t where "a/x".t.block_num < 100""")]
    [InlineData("""select 1 from "a/x".t q cross join "b/y".t r where q.block_num < 100""")]
    [InlineData("""select 1 from "b/y".t q left join "a/x".t t on true where t.block_num < 100""")]
    public async Task A_bound_on_one_of_two_tables_of_the_same_name_leaves_the_other_whole(string sql)
    {
        var asked = await AskedAsync(sql);

        Assert.Equal(new BlockRange(0, 99), asked["a/x"]);
        Assert.Equal(_all, asked["b/y"]);
    }

    [Theory]
    [InlineData("""select 1 from "a/x".t join "b/y".t on true where t.block_num < 100""")]
    [InlineData("""select 1 from "a/x".t join "b/y".t on true where block_num < 100""")]
    public async Task A_column_that_could_be_of_either_bounds_neither(string sql)
    {
        // The engine refuses such a column as ambiguous; the tables were asked for before, without a bound.
        Dictionary<string, BlockRange> asked = [];
        using var engine = Engine(asked);
        await Assert.ThrowsAsync<AmpException>(() => engine.PlanAsync(sql, TestContext.Current.CancellationToken));

        Assert.All(asked.Values, blocks => Assert.Equal(_all, blocks));
        Assert.Equal(2, asked.Count);
    }

    [Fact]
    public async Task Two_places_of_one_table_ask_for_the_blocks_of_both()
    {
        var asked = await AskedAsync("""select 1 from "a/x".t one join "a/x".t two on true where one.block_num < 10 and two.block_num between 90 and 99""");

        Assert.Equal(new BlockRange(0, 99), asked["a/x"]);
    }

    private static async Task<Dictionary<string, BlockRange>> AskedAsync(string sql)
    {
        Dictionary<string, BlockRange> asked = [];
        using var engine = Engine(asked);
        await using var query = await engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        return asked;
    }

    private static QueryEngine Engine(Dictionary<string, BlockRange> asked, Func<TableQuestion, BlockRange>? blocks = null)
    {
        var limits = new QueryLimits { DataFolders = [Path.Combine(Path.GetTempPath(), "amp-no-such-lake")], Threads = 2 };
        return new QueryEngine(
            (questions, _) =>
            {
                foreach (var question in questions)
                    asked.Add(question.Table.Schema, blocks?.Invoke(question) ?? question.Blocks);
                return Task.FromResult<IReadOnlyList<TableSnapshot>>([.. questions.Select(_ => new TableSnapshot(_columns, [], null))]);
            },
            limits,
            TimeProvider.System);
    }
}
