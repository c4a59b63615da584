using System.Globalization;
using Amp.TestKit;
using DuckDB.NET.Data;

namespace Amp.IntegrationTests.Ctl;

/// <summary><c>ampctl query</c>, against a server with a dataset of fifty blocks.</summary>
[Collection(AmpctlCluster.Name)]
public sealed class AmpctlQueryTests(AmpctlCluster cluster)
{
    private const string Dataset = "rows";
    private const ulong Last = 49;

    [Fact]
    public async Task Rows_are_those_of_the_JSON_Lines_wire_and_come_as_CSV_and_Parquet_too()
    {
        await cluster.ExtractAsync(Dataset, Last);
        var sql = $"SELECT * FROM \"test/{Dataset}\".transactions ORDER BY _block_num, tx_index";
        using var http = new HttpClient();
        using var content = new StringContent(sql);
        using var answer = await http.PostAsync(cluster.JsonLines, content, TestContext.Current.CancellationToken);
        var wire = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var run = await cluster.RunAsync(["query", "-"], sql);
        Assert.Equal(wire, run.Succeeded().Output);

        var rows = wire.Count(c => c == '\n');
        Assert.True(rows > (int)Last);
        var file = Path.Combine(cluster.Folder, "rows.parquet");
        (await cluster.RunAsync("query", sql, "--format", "parquet", "--output", file)).Succeeded();
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = duck.CreateCommand();
        command.CommandText = $"select count(*), count(distinct tx_hash), max(_block_num) from '{file}'";
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal((rows, rows, Last), ((int)reader.GetInt64(0), (int)reader.GetInt64(1), (ulong)reader.GetValue(2)));
        Assert.Empty(Directory.GetFiles(cluster.Folder, "*.part"));

        run = await cluster.RunAsync("query", $"SELECT 'a,\"b' || chr(10) AS \"t,x\", NULL AS n, '' AS e, 1.50 AS d, [1, 2] AS l, true AS b FROM \"test/{Dataset}\".blocks LIMIT 1", "--format", "csv");
        Assert.Equal("\"t,x\",n,e,d,l,b\n\"a,\"\"b\n\",,\"\",1.50,\"[1,2]\",true\n", run.Succeeded().Output);

        // Twice as many bytes pass through the heap as it may hold.
        run = await cluster.BashAsync($"set -o pipefail; DOTNET_GCHeapHardLimit=0x4000000 ampctl query 'SELECT repeat(chr(120), 1000) AS text FROM \"test/{Dataset}\".logs a, \"test/{Dataset}\".logs b LIMIT 140000' --format csv | wc -lc");
        Assert.Equal(140_001, int.Parse(run.Succeeded().Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture));
        Assert.True(long.Parse(run.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) > 2 * 0x4000000, run.Output);

        // Whoever reads may go away: ten million rows are not sent to nobody.
        run = await cluster.BashAsync($"set -o pipefail; ampctl query 'SELECT a._block_num AS n FROM \"test/{Dataset}\".logs a, \"test/{Dataset}\".logs b, \"test/{Dataset}\".blocks c' | head -n 1");
        Assert.StartsWith("{\"n\":", run.Succeeded().Output, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => cluster.ActiveQueries == 0, "the server works for nobody");
    }

    [Fact]
    public async Task A_terminal_shows_a_table_that_steers_nothing()
    {
        await cluster.Controller.RegisterAsync("test", "blank", "1.0.0", network: AmpctlCluster.Network);
        await using var terminal = cluster.OpenTerminal(["query", "SELECT 7 AS seven, chr(27) || '[31mred [bold]' AS text, NULL AS nothing"]);
        var seen = await terminal.EndAsync();
        Assert.Equal(0, seen.Code);
        Assert.Matches(@"│ +seven +│ text +│ nothing +│", seen.Output);
        Assert.Matches(@"│ +7 +│ \ufffd\[31mred \[bold\] +│ +│", seen.Output);
        Assert.EndsWith("1 row", seen.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[31mred", terminal.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_that_fails_leaves_no_file()
    {
        var file = Path.Combine(cluster.Folder, "broken.csv");
        (await cluster.RunAsync("query", "SELECT nonsense", "--output", file)).Failed(1, "nonsense");
        Assert.False(File.Exists(file));
        (await cluster.RunAsync("query", "SELECT 1", "--format", "parquet")).Failed(2, "--output");
        (await cluster.RunAsync("query", "SELECT 1", "--server-url", cluster.JsonLines.ToString())).Failed(1, "does not speak Arrow Flight");
    }
}
