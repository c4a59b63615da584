using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Amp.TestKit;

namespace Amp.ScenarioTests.AppHost;

/// <summary>The commands that the AppHost prints and that the pages show for it, run by a shell as a newcomer pastes them.</summary>
internal static partial class CopiedCommands
{
    private const string Watch = "watch -n 1 ";

    /// <summary>Why they were not run; null when they were.</summary>
    public static async Task<string?> RunAsync(string printed, AppHostRun host)
    {
        // To watch takes a terminal: what is watched is run once.
        var ofConsole = printed.Split('\n').Select(l => l.Trim())
            .Where(l => l.StartsWith("curl ", StringComparison.Ordinal) || l.StartsWith(Watch + "curl ", StringComparison.Ordinal))
            .Select(l => l.StartsWith(Watch, StringComparison.Ordinal) ? l[Watch.Length..] : l)
            .ToList();
        Assert.Equal(3, ofConsole.Count);
        var ofPages = ((string[])["README.md", Path.Combine("docs", "querying.md")])
            .SelectMany(page => Command().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(m => m.Value))
            .ToList();
        Assert.True(ofPages.Count >= 5, string.Join('\n', ofPages));

        var (code, _) = await ShellAsync("command -v curl");
        if (code != 0)
            return "curl is missing: the printed commands were not run";
        foreach (var command in ofConsole.Concat(ofPages.Select(c => OnPortsOf(host, c))))
        {
            (code, var answer) = await ShellAsync(command);
            Assert.True(code == 0, $"{command}: exit code {code}");
            var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(lines.Length > 0, $"{command}: no answer");
            Assert.All(lines, line => Assert.False(JsonElement.Parse(line).TryGetProperty("error_code", out _), $"{command}: {line}"));
        }

        return null;
    }

    private static string OnPortsOf(AppHostRun host, string command) => command
        .Replace("localhost:1603", $"localhost:{host.JsonLines.Port}", StringComparison.Ordinal)
        .Replace("localhost:1610", $"localhost:{host.Admin.Port}", StringComparison.Ordinal);

    private static async Task<(int Code, string Answer)> ShellAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var answer = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (shell.ExitCode, answer);
    }

    // A whole line of a block, or what stands between backticks.
    [GeneratedRegex("(?<=^|`)curl -s [^`\\n]+(?=$|`)", RegexOptions.Multiline)]
    private static partial Regex Command();
}
