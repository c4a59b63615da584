using System.Text.Json.Nodes;
using Amp.TestKit;

namespace Amp.IntegrationTests.Ctl;

/// <summary><c>--watch</c>, and what the same command says in a terminal and in a pipe.</summary>
[Collection(AmpctlCluster.Name)]
public sealed class AmpctlWatchTests(AmpctlCluster cluster)
{
    [Fact]
    public async Task A_deploy_is_watched_in_bars_to_its_end()
    {
        await cluster.Controller.RegisterAsync("watch", "bars", "1.0.0", network: AmpctlCluster.Network);
        var seen = await cluster.InTerminalAsync("dataset", "deploy", "watch/bars", "--end-block", "-100", "--parallelism", "2", "--watch");
        Assert.Equal(0, seen.Code);
        foreach (var table in (string[])["blocks", "transactions", "logs"])
            Assert.Matches($@"{table}.*100%.*101 of 101 blocks, [0-9.]+ blocks/s", seen.Output);
        Assert.Contains("is COMPLETED", seen.Output, StringComparison.Ordinal);

        // In a pipe each change is a line, the last one tells the end.
        var job = JsonNode.Parse((await cluster.RunAsync("job", "list", "--dataset", "watch/bars")).Output)!["jobs"]![0]!["id"]!.ToString();
        var lines = (await cluster.RunAsync("job", "progress", job, "--watch")).Succeeded().Output.Trim().Split('\n');
        Assert.Equal("COMPLETED", JsonNode.Parse(Assert.Single(lines))!["job_status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Ctrl_C_ends_the_watching_and_not_the_job()
    {
        await cluster.Controller.RegisterAsync("watch", "tip", "1.0.0", network: AmpctlCluster.Network);
        await using var terminal = cluster.OpenTerminal(["dataset", "deploy", "watch/tip", "--watch"]);
        await terminal.ShowsAsync($"{AmpctlCluster.Tip + 1} of {AmpctlCluster.Tip + 1} blocks");
        await terminal.PressAsync(AmpctlTerminal.CtrlC);
        var seen = await terminal.EndAsync();
        Assert.True(seen.Code == 0, seen.Output);
        Assert.Contains("goes on", seen.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("error: ", seen.Output, StringComparison.Ordinal);

        // The cursor, hidden under the bars, is there again.
        Assert.True(terminal.Raw.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > terminal.Raw.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));

        var job = (await cluster.RunAsync("job", "list", "--dataset", "watch/tip")).Json["jobs"]![0]!;
        Assert.Equal("RUNNING", job["status"]!.GetValue<string>());

        // A job that is stopped has not come to its end.
        await using var other = cluster.OpenTerminal(["job", "progress", job["id"]!.ToString(), "--watch"]);
        await other.ShowsAsync("blocks/s");
        await cluster.Controller.PutAsync($"/jobs/{job["id"]}/stop");
        seen = await other.EndAsync();
        Assert.Equal(1, seen.Code);
        Assert.Contains($"error: job {job["id"]} is STOPPED", seen.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_a_table_in_a_terminal_and_JSON_in_a_pipe()
    {
        foreach (var name in (string[])["one", "two", "three"])
            await cluster.Controller.RegisterAsync("lists", name, "1.0.0", network: AmpctlCluster.Network);

        await using var coloured = cluster.OpenTerminal(["dataset", "list"]);
        var seen = await coloured.EndAsync();
        Assert.Equal(0, seen.Code);
        Assert.Matches(@"│ lists\s+│ three\s+│ 1\.0\.0\s+│", seen.Output);
        Assert.Contains("\u001b[", coloured.Raw, StringComparison.Ordinal);

        await using var plain = cluster.OpenTerminal(["dataset", "list"], ("NO_COLOR", "1"));
        Assert.Equal(0, (await plain.EndAsync()).Code);
        Assert.DoesNotMatch("\u001b\\[[0-9;]*(3[0-9]|9[0-7])", plain.Raw);

        var answer = await cluster.Controller.GetAsync("/datasets?limit=1000");
        Assert.True(JsonNode.DeepEquals(answer.Json, (await cluster.RunAsync("dataset", "list")).Json));
        var inTerminal = await cluster.InTerminalAsync("dataset", "list", "--json");
        Assert.True(JsonNode.DeepEquals(answer.Json, JsonNode.Parse(inTerminal.Output)));

        var cut = (await cluster.RunAsync("dataset", "list", "--limit", "2")).Json;
        Assert.Equal(2, cut["datasets"]!.AsArray().Count);
        Assert.NotNull(cut["next_cursor"]);
    }
}
