using System.Text.RegularExpressions;
using Amp.TestKit;

namespace Amp.IntegrationTests.Ctl;

/// <summary>Runs docs/administration.md: every line of <c>ampctl</c> works as printed, one after another.</summary>
[Collection(AmpctlCluster.Name)]
public sealed partial class AmpctlPageTests(AmpctlCluster cluster)
{
    private static readonly string _page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "administration.md"));

    [Fact]
    public async Task Every_ampctl_works_as_printed()
    {
        var provider = Toml().Match(_page).Groups["text"].Value.Replace("${MAINNET_RPC_URL}", cluster.ChainUrl.ToString().TrimEnd('/'), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(cluster.Folder, "mainnet.toml"), provider, TestContext.Current.CancellationToken);
        await using (var command = cluster.Controller.Database.DataSource.CreateCommand("alter table jobs alter column id restart with 42; alter table revisions alter column id restart with 70"))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var blocks = Bash().Matches(_page).Select(m => m.Groups["text"].Value).Where(text => text.Contains("ampctl ", StringComparison.Ordinal)).ToList();
        var examples = blocks.Sum(b => Ampctl().Count(b));
        Assert.True(examples >= 40, $"the page has {examples} examples");

        // The trace names the line that failed; the answers, one after another, go with it.
        var run = await cluster.BashAsync("set -euo pipefail; set -x\n" + string.Concat(blocks));
        Assert.True(run.Code == 0, $"{run.Errors}\n{run.Output}");
        Assert.DoesNotContain("error: ", run.Errors, StringComparison.Ordinal);

        Assert.Contains("2ccf0a303d05847f25d9a599aac19506228d155d8657c9696dd496eb5bed34ec  -", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"job_status\":\"COMPLETED\"", run.Output, StringComparison.Ordinal);
        Assert.Contains("""{"n":51}""", run.Output, StringComparison.Ordinal);
        Assert.Equal("PAR1"u8, File.ReadAllBytes(Path.Combine(cluster.Folder, "transactions.parquet")).AsSpan(0, 4));
        Assert.StartsWith("_block_num,", File.ReadLines(Path.Combine(cluster.Folder, "logs.csv")).First(), StringComparison.Ordinal);
    }

    [GeneratedRegex("```bash\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Bash();

    [GeneratedRegex(@"(?<=^|[|(] ?)ampctl ", RegexOptions.Multiline)]
    private static partial Regex Ampctl();

    [GeneratedRegex("```toml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Toml();
}
