using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.TestKit.Lakes;
using Apache.Arrow;

namespace Amp.IntegrationTests.Query;

public sealed class LakeOfAnotherSystem
{
    [Fact]
    public async Task Its_rows_are_counted()
    {
        await using var lake = await RestoredLake.OpenAsync();
        using var engine = Engine(lake);
        await using var query = await engine.PlanAsync("select (select count(*) from eth_rpc.transactions) as t, (select count(*) from eth_rpc.logs) as l", default);
        await foreach (var batch in query.ExecuteAsync())
        {
            using (batch)
            {
                Assert.Equal(RestoredLake.Transactions, ((Int64Array)batch.Column("t")).GetValue(0));
                Assert.Equal(RestoredLake.Logs, ((Int64Array)batch.Column("l")).GetValue(0));
            }
        }
    }

    private static QueryEngine Engine(RestoredLake lake) =>
        new(new DatasetCatalog(lake.Database.DataSource, lake.Root), new QueryLimits { DataFolders = [lake.Root] }, TimeProvider.System);
}
