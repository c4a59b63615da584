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

    [Theory]
    [InlineData("""select * from "a/x".t where block_num < 100""")]
    [InlineData("""select * from "a/x".t where t._block_num <= 99""")]
    [InlineData("""select * from "a/x".t where "a/x".t.block_num between 0 and 99""")]
    [InlineData("""select * from amp."a/x".t where amp."a/x".t.block_num < 100""")]
    [InlineData("""select * from "a/x".t as q where q.block_num < 100""")]
    public async Task A_bound_on_the_only_table_counts(string sql) =>
        Assert.Equal(new BlockRange(0, 99), (await AskedAsync(sql))["a/x"]);

    [Theory]
    [InlineData("""select 1 from "a/x".t join "b/y".t on "a/x".t._block_num = "b/y".t._block_num where "a/x".t.block_num < 100""")]
    [InlineData("""select 1 from "a/x".t q join "b/y".t on q._block_num = "b/y".t._block_num where q.block_num < 100""")]
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

    private static QueryEngine Engine(Dictionary<string, BlockRange> asked)
    {
        var limits = new QueryLimits { DataFolders = [Path.Combine(Path.GetTempPath(), "amp-no-such-lake")], Threads = 2 };
        return new QueryEngine(
            (questions, _) =>
            {
                foreach (var question in questions)
                    asked.Add(question.Table.Schema, question.Blocks);
                return Task.FromResult<IReadOnlyList<TableSnapshot>>([.. questions.Select(_ => new TableSnapshot(_columns, [], null))]);
            },
            limits,
            TimeProvider.System);
    }
}
