using System.Net;
using System.Text.RegularExpressions;
using Amp.IntegrationTests.Lake;
using Amp.TestKit;
using Amp.TestKit.Lakes;
using Amp.TestKit.Postgres;
using Amp.TestKit.Servers;

namespace Amp.IntegrationTests.Query;

/// <summary>The queries of docs/queries.md, as they stand there but for the dataset's name.</summary>
public sealed partial class QueriesOfThePage
{
    private const ulong Blocks = 80;

    /// <summary>Events of the simulated chain hold random words, which no price or tick fits; it has no such swaps.</summary>
    private static readonly string[] _realOnly = ["Uniswap V2: swaps", "Uniswap V3: swaps with their price"];

    [Fact]
    public async Task Each_has_rows_over_a_simulated_chain()
    {
        using var written = await WrittenTables.WriteAsync(Blocks);
        await using var database = await TestDatabase.CreateAsync();
        await written.RegisterAsync(database, Blocks - 1);
        await using var server = await LakeServer.StartAsync(written.Root, database.ConnectionString);
        var rows = await RowsAsync(server, "test/eth");
        Assert.Equal([], rows.Where(r => r.Count == 0).Select(r => r.Heading).Except(_realOnly));
        using var http = new HttpClient { BaseAddress = server.JsonLines };
        var usage = await http.GetStringAsync("/");
        Assert.All(Queries(), q => Assert.Contains(q.Sql, usage, StringComparison.Ordinal));
    }

    /// <summary>Block 15,000,000: without blobs, and without the columns of receipts that are ours alone.</summary>
    [Fact]
    public async Task Each_has_rows_over_a_block_of_mainnet_where_the_block_has_such()
    {
        await using var lake = await RestoredLake.OpenAsync();
        await using var server = await LakeServer.StartAsync(lake);
        var rows = await RowsAsync(server, "_/eth_rpc");
        Assert.Equal(["Blob transactions", "Contracts that were created"], rows.Where(r => r.Count == 0).Select(r => r.Heading));
    }

    [Fact]
    public void There_are_more_than_twenty_each_under_its_heading()
    {
        var queries = Queries();
        Assert.True(queries.Count > 20, $"{queries.Count} queries");
        Assert.Equal(queries.Count, queries.DistinctBy(q => q.Heading).Count());
        Assert.All(queries, q => Assert.Contains("\"demo/devchain\".", q.Sql, StringComparison.Ordinal));
    }

    private static async Task<List<(string Heading, int Count)>> RowsAsync(LakeServer server, string dataset)
    {
        using var http = new HttpClient { BaseAddress = server.JsonLines };
        var rows = new List<(string, int)>();
        foreach (var (heading, sql) in Queries())
        {
            using var answer = await http.PostAsync("/", new StringContent(sql.Replace("demo/devchain", dataset, StringComparison.Ordinal)));
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{heading}: {text}");
            rows.Add((heading, text.Count(c => c == '\n')));
        }

        return rows;
    }

    private static List<(string Heading, string Sql)> Queries()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "queries.md"));
        return [.. Block().Matches(page).Select(m => (m.Groups["heading"].Value, m.Groups["sql"].Value))];
    }

    [GeneratedRegex(@"^### (?<heading>[^\n]+)\n(?:(?!```|#)[^\n]*\n)*```sql\n(?<sql>.+?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
