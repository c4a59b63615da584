using System.Text.Json.Nodes;
using Amp.IntegrationTests.Lake;

namespace Amp.IntegrationTests.Ctl;

/// <summary>The built <c>ampctl</c> as a process, in a pipe and in a pseudo-terminal.</summary>
[Collection(AmpctlCluster.Name)]
public sealed class AmpctlTests(AmpctlCluster cluster)
{
    [Fact]
    public async Task A_lake_is_restored_and_verified()
    {
        var hash = await cluster.Controller.RegisterAsync("test", "eth", "1.0.0", network: AmpctlCluster.Network);
        using var written = await WrittenTables.WriteAsync(10, manifestHash: hash);
        foreach (var table in (string[])["blocks", "transactions", "logs"])
        {
            var folder = Directory.CreateDirectory(Path.Combine(cluster.Controller.Folder, "data", "test", "eth", table, "r")).FullName;
            File.Copy(written.PathOf(table), Path.Combine(folder, Path.GetFileName(written.PathOf(table))));
        }

        var restored = (await cluster.RunAsync("dataset", "restore", "test/eth@1.0.0")).Json;
        Assert.All(restored["tables"]!.AsArray(), t => Assert.Equal(1, t!["registered_files"]!.GetValue<int>()));
        Assert.True((await cluster.RunAsync("lake", "verify", "test/eth@1.0.0")).Json["report"]!["whole"]!.GetValue<bool>());

        var seen = await cluster.InTerminalAsync("lake", "verify", "test/eth");
        Assert.Equal(0, seen.Code);
        Assert.Matches("blocks.*1.*0 to 9.*0", seen.Output);
        Assert.Contains("whole", seen.Output, StringComparison.Ordinal);
        Assert.Contains("100%", seen.Output, StringComparison.Ordinal);

        File.Delete(Path.Combine(cluster.Controller.Folder, "data", "test", "eth", "logs", "r", Path.GetFileName(written.PathOf("logs"))));
        var broken = await cluster.RunAsync("lake", "verify", "test/eth");
        Assert.Equal((1, "error: the lake of test/eth@latest is not whole: 1 problems"), (broken.Code, broken.Errors));
        Assert.Equal(1, JsonNode.Parse(broken.Output)!["report"]!["tables"]!.AsArray().Sum(t => t!["problems_count"]!.GetValue<int>()));
        seen = await cluster.InTerminalAsync("lake", "verify", "test/eth");
        Assert.Equal(1, seen.Code);
        Assert.Contains("not in the lake", seen.Output, StringComparison.Ordinal);
        Assert.Contains("deploy it", seen.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "DATASET_NOT_FOUND: dataset 'test/none' is not registered; 'ampctl dataset list' shows those that are", "lake", "verify", "test/none")]
    [InlineData(2, "UPPER", "lake", "verify", "test/UPPER")]
    [InlineData(2, "nowhere", "lake", "verify", "test/eth", "--admin-url", "nowhere")]
    [InlineData(1, "no controller answers at http://127.0.0.1:1/; start one there, or say where one is by --admin-url or AMP_ADMIN_URL", "lake", "restore", "--admin-url", "http://127.0.0.1:1")]
    [InlineData(1, "no server answers at http://127.0.0.1:1/", "query", "SELECT 1", "--server-url", "http://127.0.0.1:1")]
    [InlineData(1, "no manifest lies there", "dataset", "register", "--from", "nowhere")]
    [InlineData(2, "bogus", "lake", "bogus")]
    [InlineData(2, "'abc' is not the id of a job", "job", "stop", "abc")]
    [InlineData(2, "latest follows the versions", "dataset", "rm", "test/eth@latest")]
    public async Task What_fails_is_one_line_and_an_exit_code(int code, string part, params string[] arguments) => (await cluster.RunAsync(arguments)).Failed(code, part);

    [Fact]
    public async Task A_secret_is_not_told_in_a_fault()
    {
        var run = await cluster.RunAsync("job", "list", "--admin-url", "http://me:hush-hush@127.0.0.1:1");
        run.Failed(2, "AMP_AUTH_TOKEN");
        Assert.DoesNotContain("hush-hush", run.Errors, StringComparison.Ordinal);
        run = await cluster.RunAsync("job", "list", "--auth-token", "hush\nhush");
        run.Failed(2, "is not shown");
        Assert.DoesNotContain("hush", run.Errors, StringComparison.Ordinal);
    }
}
