using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Amp.LocalPostgres.Processes;
using Amp.TestKit;
using Amp.TestKit.Processes;
using DuckDB.NET.Data;

namespace Amp.ScenarioTests.AppHost;

/// <summary>What a newcomer sees: one command, a cluster that answers, and nothing left when it ends.</summary>
public sealed class LocalClusterScenarios
{
    [Fact]
    public async Task The_cluster_starts_answers_grows_stops_and_goes_on()
    {
        await using var host = new AppHostRun(30600);
        var first = await host.StartAsync();
        Assert.Contains("is being extracted by job", first.Log);
        var workers = await host.GetAsync("/workers");
        Assert.Equal(["worker-1", "worker-2"], workers.GetProperty("workers").EnumerateArray().Select(w => w.GetProperty("node_id").GetString()).Order());
        Assert.All(workers.GetProperty("workers").EnumerateArray(), w => Assert.True(w.GetProperty("alive").GetBoolean()));
        Assert.True(File.Exists(Path.Combine(host.Folder, "postgres", "data", "PG_VERSION")), first.Tail(40));
        var blocks = await host.BlocksAsync(atLeast: 1);
        Assert.True(await host.BlocksAsync(blocks + 2) > blocks);
        foreach (var (page, sql) in DuckDbCommands(Path.Combine(host.Folder, "lake")))
            Assert.True(Count(sql) > 0, page);
        var commands = await CopiedCommands.RunAsync(first.Log, host);
        Assert.NotEmpty(host.Children());

        var exitCode = await InterruptAsync(first);

        Assert.True(exitCode == 0, first.Tail(40));
        await host.AllGoneAsync(TimeSpan.FromSeconds(2));
        Assert.False(AppHostRun.AnyListens(host.Ports));

        var grown = await AgainAsync(host);
        Assert.True(grown > blocks);
        if (commands is not null)
            Missing.Skip(commands);
    }

    [Fact]
    public async Task A_killed_AppHost_leaves_no_process_no_port_and_no_lock()
    {
        await using var host = new AppHostRun(30700);
        var first = await host.StartAsync();
        await host.BlocksAsync(atLeast: 1);
        Assert.NotEmpty(host.Children());

        await first.KillAsync();

        await host.AllGoneAsync(TimeSpan.FromSeconds(15));
        Assert.False(AppHostRun.AnyListens(host.Ports));
        await AgainAsync(host);
    }

    [Fact]
    public async Task A_killed_dotnet_run_leaves_no_process_no_port_and_no_lock()
    {
        await using var host = new AppHostRun(31100);
        var first = await host.StartByDotnetRunAsync();

        await first.KillAsync();

        await host.AllGoneAsync(TimeSpan.FromSeconds(30));
        Assert.False(AppHostRun.AnyListens(host.Ports));
        await AgainAsync(host);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_its_owner_before_anything_starts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 30810);
        listener.Start();
        await using var host = new AppHostRun(30800);
        var run = host.Launch();

        Assert.Equal(1, await run.Exited.WaitAsync(TimeSpan.FromSeconds(60)));

        Assert.Contains($"port 30810 for controller (admin) is held by process {Environment.ProcessId} (", run.Log);
        Assert.DoesNotContain("All is healthy", run.Log);
        Assert.False(Directory.Exists(Path.Combine(host.Folder, "postgres")));
    }

    [Fact]
    public async Task A_port_in_use_on_the_IPv6_side_of_localhost_is_named_too()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this machine has no IPv6");
        using var listener = new TcpListener(IPAddress.IPv6Loopback, 30803);
        listener.Server.DualMode = false;
        listener.Start();
        await using var host = new AppHostRun(30800);
        var run = host.Launch();

        Assert.Equal(1, await run.Exited.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));

        Assert.Contains($"port 30803 for server-1 (jsonl) is held by process {Environment.ProcessId} (", run.Log);
    }

    [Fact]
    public async Task A_run_that_is_refused_changes_nothing_of_the_run_that_holds_the_folder()
    {
        await using var host = new AppHostRun(31600);
        var provider = Path.Combine(host.Folder, "providers", "devchain.toml");
        var pidFile = Path.Combine(host.Folder, "apphost.pid");
        Directory.CreateDirectory(Path.GetDirectoryName(provider)!);
        await File.WriteAllTextAsync(provider, "as it was", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(pidFile, "4711\n", TestContext.Current.CancellationToken);
        await using var held = new FileStream(Path.Combine(host.Folder, "apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        var run = host.Launch("--rpc", "http://127.0.0.1:1/planted-secret", "--network", "devchain");

        Assert.Equal(1, await run.Exited.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.StartsWith($"error: process 4711 runs a cluster on {host.Folder} already: stop it, or choose", Assert.Single(run.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal("as it was", await File.ReadAllTextAsync(provider, TestContext.Current.CancellationToken));
        Assert.True(File.Exists(pidFile));
        Assert.False(Directory.Exists(Path.Combine(host.Folder, "lake")));
    }

    [Fact]
    public async Task A_service_that_crashes_is_started_again()
    {
        await using var host = new AppHostRun(30900);
        var run = await host.StartAsync();
        var worker = host.Children().Single(id => File.ReadAllText($"/proc/{id}/environ").Contains("AMP_NODE_ID=worker-1", StringComparison.Ordinal)
            && File.ReadAllText($"/proc/{id}/cmdline").Contains("Amp.Worker.dll", StringComparison.Ordinal)
            && !File.ReadAllText($"/proc/{id}/cmdline").StartsWith("/bin/sh", StringComparison.Ordinal));

        Posix.Signal(worker, UnixSignal.Kill);

        await run.WaitForLogAsync("worker-1 ended with exit code 137; starting it again in 0.5 s");
        await Eventually.TrueAsync(
            async () => (await host.GetAsync("/workers")).GetProperty("workers").EnumerateArray().Any(w => IsAlive(w, "worker-1")),
            "worker-1 is back", TimeSpan.FromSeconds(60), () => run.Tail(30));
    }

    [Theory]
    [InlineData("error: '--demoo' is not an option of this program", "--demoo", "false")]
    [InlineData("error: --amp-dir is empty: the name of a folder is needed", "--amp-dir=")]
    public async Task A_wrong_option_is_a_usage_error(string told, params string[] arguments)
    {
        await using var host = new AppHostRun(31000);
        var run = host.Launch(arguments);
        Assert.Equal(2, await run.Exited.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.StartsWith(told, Assert.Single(run.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData(2, "error: --publisher is 'nothing': the local runtime writes 'manifest' alone", "--publisher", "nothing")]
    [InlineData(2, "error: --publisher manifest needs --output-path FILE", "--publisher", "manifest")]
    [InlineData(1, "error: --output-path /dev/null/manifest.json cannot be written: ", "--publisher", "manifest", "--output-path", "/dev/null/manifest.json")]
    public async Task A_manifest_that_cannot_be_written_is_one_line(int exitCode, string told, params string[] arguments)
    {
        await using var host = new AppHostRun(31500);
        var run = host.Launch(arguments);
        Assert.Equal(exitCode, await run.Exited.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.StartsWith(told, Assert.Single(run.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>What the pages tell to run with the DuckDB command line, over the lake of this run.</summary>
    private static List<(string Page, string Sql)> DuckDbCommands(string lake)
    {
        const string start = "duckdb -c \"";
        var found = ((string[])["README.md", Path.Combine("docs", "querying.md")])
            .SelectMany(page => File.ReadLines(Path.Combine(Repository.Root, page)).Where(l => l.StartsWith(start, StringComparison.Ordinal))
                .Select(l => (page, l[start.Length..^1].Replace(".amp/lake", lake, StringComparison.Ordinal).Replace("DATA_DIR", lake, StringComparison.Ordinal))))
            .ToList();
        Assert.Equal(2, found.Count);
        return found;
    }

    private static long Count(string sql)
    {
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        using var command = duck.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static bool IsAlive(JsonElement worker, string nodeId) =>
        worker.GetProperty("node_id").GetString() == nodeId && worker.GetProperty("alive").GetBoolean();

    private static async Task<long> AgainAsync(AppHostRun host)
    {
        var second = await host.StartAsync();
        var blocks = await host.BlocksAsync(atLeast: 1);
        var jobs = await host.GetAsync("/jobs?status=all");
        Assert.Single(jobs.GetProperty("jobs").EnumerateArray());
        var grown = await host.BlocksAsync(blocks + 2);
        Assert.Equal(0, await second.StopAsync());
        return grown;
    }

    /// <summary>As Ctrl-C does; a test run in the background ignores SIGINT and hands that on to its children, so SIGTERM takes its place there.</summary>
    private static async Task<int> InterruptAsync(ServiceProcess process)
    {
        var ignored = File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith("SigIgn:", StringComparison.Ordinal));
        var mask = ulong.Parse(ignored["SigIgn:".Length..].Trim(), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
        process.Signal((mask & 2) == 0 ? UnixSignal.Interrupt : UnixSignal.Terminate);
        return await process.Exited.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
