using System.Diagnostics;
using System.Text.Json.Nodes;
using Amp.IntegrationTests.Admin;
using Amp.IntegrationTests.Lake;
using Amp.LocalPostgres.Processes;
using Amp.TestKit;

namespace Amp.IntegrationTests.Ctl;

/// <summary>The built <c>ampctl</c> as a process, in a pipe and in a pseudo-terminal, against a controller.</summary>
public sealed class AmpctlTests : IAsyncLifetime
{
    private static readonly string _ampctl = Repository.Output("Amp.Ctl", "ampctl.dll");

    private RunningController _controller = null!;
    private string _hash = null!;

    public async ValueTask InitializeAsync()
    {
        _controller = await RunningController.StartAsync();
        _hash = await _controller.RegisterAsync("test", "eth", "1.0.0", network: "devnet");
    }

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Fact]
    public async Task A_lake_is_restored_and_verified()
    {
        using var written = await WrittenTables.WriteAsync(10, manifestHash: _hash);
        foreach (var table in (string[])["blocks", "transactions", "logs"])
        {
            var folder = Directory.CreateDirectory(Path.Combine(_controller.Folder, "data", "test", "eth", table, "r")).FullName;
            File.Copy(written.PathOf(table), Path.Combine(folder, Path.GetFileName(written.PathOf(table))));
        }

        var restored = await RunAsync("dataset", "restore", "test/eth@1.0.0");
        Assert.Equal((0, ""), (restored.Code, restored.Errors));
        Assert.All(JsonNode.Parse(restored.Output)!["tables"]!.AsArray(), t => Assert.Equal(1, t!["registered_files"]!.GetValue<int>()));

        var whole = await RunAsync("lake", "verify", "test/eth@1.0.0");
        Assert.Equal((0, ""), (whole.Code, whole.Errors));
        Assert.True(JsonNode.Parse(whole.Output)!["report"]!["whole"]!.GetValue<bool>());

        var seen = await InTerminalAsync("lake", "verify", "test/eth");
        Assert.Equal(0, seen.Code);
        Assert.Matches("blocks.*1.*0 to 9.*0", seen.Output);
        Assert.Contains("whole", seen.Output, StringComparison.Ordinal);
        Assert.Contains("100%", seen.Output, StringComparison.Ordinal);

        File.Delete(Path.Combine(_controller.Folder, "data", "test", "eth", "logs", "r", Path.GetFileName(written.PathOf("logs"))));
        var broken = await RunAsync("lake", "verify", "test/eth");
        Assert.Equal((1, "error: the lake of test/eth@latest is not whole: 1 problems"), (broken.Code, broken.Errors));
        Assert.Equal(1, JsonNode.Parse(broken.Output)!["report"]!["tables"]!.AsArray().Sum(t => t!["problems_count"]!.GetValue<int>()));
        seen = await InTerminalAsync("lake", "verify", "test/eth");
        Assert.Equal(1, seen.Code);
        Assert.Contains("not in the lake", seen.Output, StringComparison.Ordinal);
        Assert.Contains("deploy it", seen.Output, StringComparison.Ordinal);

        var all = await RunAsync("lake", "restore");
        Assert.Equal((0, ""), (all.Code, all.Errors));
        Assert.NotNull(JsonNode.Parse(all.Output)!["datasets"]);
    }

    [Theory]
    [InlineData(1, "DATASET_NOT_FOUND: dataset 'test/none' is not registered", "lake", "verify", "test/none")]
    [InlineData(2, "UPPER", "lake", "verify", "test/UPPER")]
    [InlineData(2, "nowhere", "lake", "verify", "test/eth", "--admin-url", "nowhere")]
    [InlineData(1, "no controller answers at http://127.0.0.1:1/ (--admin-url, AMP_ADMIN_URL)", "lake", "restore", "--admin-url", "http://127.0.0.1:1")]
    [InlineData(2, "bogus", "lake", "bogus")]
    [InlineData(2, "shell", "completion", "no-such-shell")]
    public async Task What_fails_is_one_line_and_an_exit_code(int code, string part, params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.Equal(code, run.Code);
        Assert.Equal("", run.Output);
        Assert.StartsWith("error: ", Assert.Single(run.Errors.Split('\n')), StringComparison.Ordinal);
        Assert.Contains(part, run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_names_the_program()
    {
        var script = await RunAsync("completion", "bash");
        Assert.Equal(0, script.Code);
        Assert.Contains("complete -o default -F _ampctl ampctl", script.Output, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync(DotnetHost.Program, [_ampctl, .. arguments]);

    private Task<(int Code, string Output, string Errors)> InTerminalAsync(params string[] arguments) =>
        RunAsync("script", ["-qec", string.Join(' ', [DotnetHost.Program, _ampctl, .. arguments]), "/dev/null"]);

    private async Task<(int Code, string Output, string Errors)> RunAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        start.Environment["AMP_ADMIN_URL"] = _controller.Client.BaseAddress!.ToString();
        start.Environment["TERM"] = "xterm";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return (process.ExitCode, (await output).Trim(), (await errors).Trim());
    }
}
