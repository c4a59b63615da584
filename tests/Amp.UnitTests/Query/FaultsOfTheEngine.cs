using Amp.Query.Execution;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Query;

public sealed class FaultsOfTheEngine
{
    // A mistake of DuckDB 1.5.6: the columns of an aggregate's group are not known to TRY in a subquery.
    private const string Failing = "SELECT a from range(3) tbl(a) GROUP BY a HAVING (SELECT COUNT(*) FROM range(2) t2(v) WHERE TRY(tbl.a + tbl.a) > 0) > 0";

    [Fact]
    public async Task A_failure_within_the_engine_is_told_without_its_stack_and_keeps_it_for_the_log()
    {
        using var engine = NoTables.Engine();
        var fault = await Assert.ThrowsAsync<AmpException>(async () =>
        {
            await using var query = await engine.PlanAsync(Failing, TestContext.Current.CancellationToken);
            await foreach (var batch in query.ExecuteAsync(TestContext.Current.CancellationToken))
                batch.Dispose();
        });
        Assert.Equal(ErrorCode.InternalError, fault.Code);
        Assert.Contains("The query engine failed within itself", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("0x", fault.Message, StringComparison.Ordinal);
        Assert.Contains("INTERNAL Error", fault.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_that_has_failed_within_itself_serves_no_other_query()
    {
        using var pool = new DuckPool(new QueryLimits { DataFolders = [] }, TimeProvider.System);
        var first = await pool.TakeAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCode.ExecutionError, Assert.Throws<AmpException>(() => first.Connection.Execute("select error('x')")).Code);
        pool.Return(first, static () => { });
        var second = await pool.TakeAsync(TestContext.Current.CancellationToken);
        Assert.Same(first, second);
        Assert.Equal(ErrorCode.InternalError, Assert.Throws<AmpException>(() => second.Connection.Execute(Failing)).Code);
        pool.Return(second, static () => { });
        Assert.NotSame(second, await pool.TakeAsync(TestContext.Current.CancellationToken));
    }
}
