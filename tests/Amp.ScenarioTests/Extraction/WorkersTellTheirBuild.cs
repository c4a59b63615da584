using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Amp.TestKit;
using Amp.TestKit.Cluster;

namespace Amp.ScenarioTests.Extraction;

public sealed class WorkersTellTheirBuild
{
    [Fact]
    public async Task A_registered_worker_tells_its_version_commit_and_build()
    {
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Workers = 1, Servers = 0 });

        var info = (await cluster.GetAsync("/workers/worker-1")).GetProperty("info");

        Assert.Equal("0.1.0", info.GetProperty("version").GetString());
        var built = Time(info, "build_date");
        var written = new DateTimeOffset(File.GetLastWriteTimeUtc(Repository.Output("Amp.Worker", "Amp.Shared.dll")));
        Assert.InRange(written - built, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        if (await GitAsync("rev-parse", "HEAD") is null)
        {
            // A copy of the sources without their history: nothing is made up.
            Assert.Equal("unknown", info.GetProperty("commit_sha").GetString());
            Assert.False(info.TryGetProperty("commit_timestamp", out _));
            return;
        }

        // The build may be of an earlier commit than the one that is checked out now.
        var commit = info.GetProperty("commit_sha").GetString()!;
        Assert.Matches("^[0-9a-f]{40,64}$", commit);
        var committed = await GitAsync("show", "--no-patch", "--format=%ct", commit);
        Assert.Equal(committed, Time(info, "commit_timestamp").ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
    }

    private static DateTimeOffset Time(JsonElement info, string name) =>
        DateTimeOffset.ParseExact(info.GetProperty(name).GetString()!, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>What git answers of this repository; null where it has no answer.</summary>
    private static async Task<string?> GitAsync(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec git \"$@\"", "git", .. arguments])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var errors = git.StandardError.ReadToEndAsync();
        var text = await git.StandardOutput.ReadToEndAsync();
        await errors;
        await git.WaitForExitAsync();
        return git.ExitCode == 0 ? text.Trim() : null;
    }
}
