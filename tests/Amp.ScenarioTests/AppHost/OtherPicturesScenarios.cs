using Amp.TestKit.Chains;
using Amp.TestKit.Nodes;
using Amp.TestKit.Postgres;
using Amp.TestKit.Stores;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Amp.ScenarioTests.AppHost;

/// <summary>The picture with parts of one's own: a database, a node, no container engine.</summary>
public sealed class OtherPicturesScenarios
{
    [Fact]
    public async Task A_real_node_a_bucket_and_a_database_by_connection_string_serve_and_absent_containers_are_named()
    {
        await using var bucket = await TestBucket.CreateAsync();
        await using var node = await AnvilNode.StartAsync();
        await node.Client.CallAsync("anvil_mine", "0x5");
        await using var database = await TestDatabase.CreateEmptyAsync();
        await using var host = new AppHostRun(31200);
        host.Variables["ConnectionStrings__amp"] = database.ConnectionString;
        host.Variables["PATH"] = WithoutEngines(host.Folder);
        host.Variables["AMP_CONFIG_DATA_DIR"] = $"s3://{bucket.Name}/lake";
        foreach (var (name, value) in bucket.Variables())
            host.Variables[name] = value;

        var run = await host.StartAsync("--rpc", node.Url.ToString(), "--network", "anvil-net", "--containers", "true");

        Assert.Contains("left out: minio and otel-collector (neither docker nor podman answers on this machine); a folder, or the bucket that AMP_CONFIG_DATA_DIR names, holds the lake instead", run.Log);
        Assert.Equal(6, await host.BlocksAsync(atLeast: 6, "demo/anvil_net"));
        Assert.False(Directory.Exists(Path.Combine(host.Folder, "postgres")));
        Assert.False(Directory.Exists(Path.Combine(host.Folder, "lake")));
        Assert.Contains(await bucket.KeysAsync(), k => k.StartsWith("lake/demo/anvil_net/blocks/", StringComparison.Ordinal));
        Assert.False(AppHostRun.AnyListens([host.Ports[^1]]), "a simulated chain runs beside the real node");
        AssertTellsNoPassword(host, database);
        Assert.Equal(0, await run.StopAsync());
    }

    [Fact]
    public async Task A_database_by_URL_serves_and_a_node_that_talks_nonsense_does_not_hide_the_cluster()
    {
        await using var nonsense = await ScriptedNode.StartAsync((context, _) => context.Response.WriteAsync("This is no node."));
        await using var database = await TestDatabase.CreateEmptyAsync();
        var parts = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var host = new AppHostRun(31300);
        host.Variables["AMP_CONFIG_METADATA_DB__URL"] = $"postgresql://{parts.Username}:{parts.Password}@{parts.Host}:{parts.Port}/{parts.Database}";

        var run = await host.StartAsync("--rpc", new Uri(nonsense.Address, "/planted-secret").ToString(), "--network", "odd");

        Assert.Contains("All is healthy", run.Log);
        Assert.Contains("The demonstration dataset demo/odd was not deployed: ", run.Log);
        Assert.DoesNotContain("planted-secret", host.Everything());
        var provider = Path.Combine(host.Folder, "providers", "odd.toml");
        Assert.Contains("planted-secret", await File.ReadAllTextAsync(provider, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(provider));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(provider)!));
        }
        AssertTellsNoPassword(host, database);
        Assert.Equal(0, await run.StopAsync());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_one_line()
    {
        await using var host = new AppHostRun(31400);
        var file = Path.Combine(host.Folder, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        var run = host.Launch("--amp-dir", file);

        Assert.Equal(1, await run.Exited.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.StartsWith($"error: {file} (--amp-dir) cannot be used: ", Assert.Single(run.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static void AssertTellsNoPassword(AppHostRun host, TestDatabase database) =>
        Assert.DoesNotContain(new NpgsqlConnectionStringBuilder(database.ConnectionString).Password!, host.Everything());

    /// <summary>Engines that do not answer, before those of this machine.</summary>
    private static string WithoutEngines(string folder)
    {
        var programs = Directory.CreateDirectory(Path.Combine(folder, "programs")).FullName;
        foreach (var name in (string[])["docker", "podman"])
        {
            var program = Path.Combine(programs, name);
            File.WriteAllText(program, "#!/bin/sh\nexit 1\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return $"{programs}:{Environment.GetEnvironmentVariable("PATH")}";
    }
}
