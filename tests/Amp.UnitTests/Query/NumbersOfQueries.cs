using Amp.Shared.Faults;
using Apache.Arrow;

namespace Amp.UnitTests.Query;

public sealed class NumbersOfQueries
{
    [Fact]
    public async Task A_computed_integer_of_39_digits_is_told_with_what_to_do_and_one_that_is_written_out_goes_out_as_text()
    {
        using var engine = NoTables.Engine();
        var fault = await Assert.ThrowsAsync<AmpException>(async () => (await FirstAsync(engine, "select 99999999999999999999999999999999999999::hugeint + 1 as n")).Dispose());
        Assert.Equal(ErrorCode.ExecutionError, fault.Code);
        Assert.Contains("has more than 38 digits: cast it to VARCHAR", fault.Message, StringComparison.Ordinal);
        using var text = await FirstAsync(engine, "select 100000000000000000000000000000000000000 as n");
        Assert.Equal("1" + new string('0', 38), ((StringArray)text.Column(0)).GetString(0));
    }

    [Fact]
    public async Task Integers_are_divided_as_integers()
    {
        using var engine = NoTables.Engine();
        using var batch = await FirstAsync(engine, "select 5 / 2 as a, -5 / 2 as b, 5.0 / 2 as c");
        Assert.Equal(2, ((Int64Array)batch.Column(0)).GetValue(0));
        Assert.Equal(-2, ((Int64Array)batch.Column(1)).GetValue(0));
        Assert.Equal(2.5, ((DoubleArray)batch.Column(2)).GetValue(0));
    }

    private static async Task<RecordBatch> FirstAsync(Amp.Query.Execution.QueryEngine engine, string sql)
    {
        await using var query = await engine.PlanAsync(sql, TestContext.Current.CancellationToken);
        return await query.ExecuteAsync(TestContext.Current.CancellationToken).FirstAsync(TestContext.Current.CancellationToken);
    }
}
