using System.Diagnostics;
using Amp.TestKit;

namespace Amp.UnitTests.DevChain;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--bogus", "--bogus")]
    [InlineData("--grade half", "half")]
    [InlineData("--blocks many", "many")]
    [InlineData("--port 99999", "99999")]
    [InlineData("--block-time -1", "-1")]
    [InlineData("--chain-id 0", "chain id 0")]
    [InlineData("--transactions 0 --logs 5", "transactions")]
    public async Task Wrong_options_are_named_in_one_line_with_exit_code_2(string options, string named)
    {
        var (code, output, error) = await RunAsync(options);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains(named, error);
    }

    [Fact]
    public async Task Help_documents_every_option()
    {
        var (code, output, _) = await RunAsync("--help");
        Assert.Equal(0, code);
        string[] options =
        [
            "--port", "--seed", "--chain-id", "--network", "--grade", "--blocks", "--block-time", "--timestamp-interval", "--genesis-time",
            "--finality-lag", "--safe-lag", "--transactions", "--logs", "--latency-ms", "--rate-limit", "--max-batch", "--without", "--state",
        ];
        Assert.All(options, option => Assert.Contains(option, output));
    }

    [Fact]
    public async Task A_node_prints_where_it_listens_and_answers_there()
    {
        using var process = Start("--port 0 --grade load --blocks 9");
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(line);
            using var http = new HttpClient { BaseAddress = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]) };
            Assert.Equal("ok", await http.GetStringAsync("healthz", TestContext.Current.CancellationToken));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static Process Start(string options) =>
        Process.Start(new ProcessStartInfo("dotnet", $"{Repository.Output("Amp.DevChain", "Amp.DevChain.dll")} {options}")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("dotnet did not start.");

    private static async Task<(int Code, string Output, string Error)> RunAsync(string options)
    {
        using var process = Start(options);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
