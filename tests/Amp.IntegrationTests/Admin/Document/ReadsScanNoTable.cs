using System.Globalization;
using Amp.TestKit;
using Amp.TestKit.Postgres;

namespace Amp.IntegrationTests.Admin.Document;

public sealed class ReadsScanNoTable
{
    [Fact]
    public async Task Of_a_large_catalogue_each_read_takes_what_it_needs_by_an_index()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ScalarAsync(FullCatalogue.Sql);
        await using (var seeded = await SeededController.StartAsync(database))
        {
            await database.ScalarAsync("select pg_stat_reset()");
            foreach (var operation in ApiDocument.Ours.Operations.Where(o => o.Method == "get" && o.Codes.Count > 0))
            {
                foreach (var address in (string[])[seeded.Address(operation), seeded.Address(operation, query: operation.NamesIn("query"))])
                {
                    var answer = await seeded.Controller.GetAsync(address);
                    Assert.True(answer.Status == 200, answer.Text);
                }
            }
        }

        // A connection that is closed has told the server what it scanned.
        await Eventually.TrueAsync(
            async () => Convert.ToInt64(
                await database.ScalarAsync("select count(*) from pg_stat_activity where datname = current_database() and application_name like 'amp-%'"), CultureInfo.InvariantCulture) == 0,
            "the controller's connections are closed");

        // A page of datasets is joined with the versions of all, which lie in few pages. Which request it is tells the benchmark: dotnet run -c Release --project tests/Amp.Benchmarks -- admin --plans
        Assert.Null(await database.ScalarAsync("""
            select string_agg(s.relname || ': ' || s.seq_scan, ', ') from pg_stat_user_tables s join pg_class c on c.oid = s.relid
            where s.seq_scan > 0 and c.reltuples >= 1000 and s.relname <> 'dataset_tags'
            """) is string text ? text : null);
    }
}
