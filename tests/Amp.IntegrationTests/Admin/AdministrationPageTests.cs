using System.Diagnostics;
using System.Text.RegularExpressions;
using Amp.TestKit;

namespace Amp.IntegrationTests.Admin;

/// <summary>Runs docs/administration.md: every curl works as printed, every request named there exists.</summary>
public sealed partial class AdministrationPageTests
{
    private static readonly string _page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "administration.md"));

    [Fact]
    public async Task Every_curl_works_as_printed()
    {
        var provider = Toml().Match(_page).Groups["text"].Value.Replace("${MAINNET_RPC_URL}", "http://127.0.0.1:1", StringComparison.Ordinal);
        await using var controller = await RunningController.StartAsync(folder => File.WriteAllText(Path.Combine(folder, "providers", "mainnet.toml"), provider));
        await using (var command = controller.Database.DataSource.CreateCommand("alter table jobs alter column id restart with 42"))
            await command.ExecuteNonQueryAsync();

        var commands = Curl().Matches(_page).Select(m => m.Value).ToList();
        Assert.Equal(15, commands.Count);
        foreach (var command in commands)
        {
            var here = command.Replace("http://localhost:1610", controller.Client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal);
            var start = new ProcessStartInfo("bash", ["-c", here.Replace("curl -s ", "curl -s --fail-with-body ", StringComparison.Ordinal)]) { RedirectStandardOutput = true, UseShellExecute = false };
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{command}\n{output}");
            Assert.StartsWith("{", output, StringComparison.Ordinal);
        }

        Assert.Equal("STOPPED", (await controller.GetAsync("/jobs/42")).Json["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_table_of_requests_and_the_document_name_the_same()
    {
        await using var controller = await RunningController.StartAsync();
        var documented = Request().Matches(_page).Select(m => $"{m.Groups["method"].Value} {m.Groups["path"].Value}").Distinct().Order(StringComparer.Ordinal);
        var paths = (await controller.GetAsync("/openapi/v1.json")).Json["paths"]!.AsObject();
        var real = paths.SelectMany(p => p.Value!.AsObject().Where(m => m.Key != "parameters").Select(m => $"{m.Key.ToUpperInvariant()} {p.Key}"));
        Assert.Equal(real.Order(StringComparer.Ordinal), documented);
    }

    [GeneratedRegex("^curl .*$", RegexOptions.Multiline)]
    private static partial Regex Curl();

    [GeneratedRegex("```toml\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Toml();

    [GeneratedRegex("`(?<method>GET|POST|PUT|DELETE) (?<path>/[^`?]*)`")]
    private static partial Regex Request();
}
