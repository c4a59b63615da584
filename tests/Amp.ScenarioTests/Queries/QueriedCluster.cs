using System.Diagnostics;
using System.Globalization;
using System.Text;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.Queries;

/// <summary>Servers over a lake that a worker has filled with blocks 0 to <see cref="Last"/> of a light chain.</summary>
internal static class QueriedCluster
{
    public const string Dataset = "demo/devchain";

    public const ulong Last = 2_999;

    public static async Task<AmpCluster> StartAsync(AmpClusterSettings settings)
    {
        var cluster = await AmpCluster.StartAsync(settings with
        {
            Workers = 1,
            Chain = new ChainSettings { Blocks = Last, Seed = 7, Grade = "load", Arguments = ["--transactions", "10", "--logs", "20"] },
        });
        try
        {
            await cluster.RegisterAsync(Dataset + "@1.0.0");
            var job = await cluster.DeployAsync(Dataset + "@1.0.0", Last.ToString(CultureInfo.InvariantCulture));
            await cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(2));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends SQL and reads the whole answer without keeping it.</summary>
    public static async Task<Answer> AskAsync(HttpClient http, Uri server, string sql)
    {
        var started = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, server) { Content = new StringContent(sql, Encoding.UTF8, "text/plain") };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode)
            return new Answer((int)answer.StatusCode, 0, await answer.Content.ReadAsStringAsync(), Stopwatch.GetElapsedTime(started));
        long lines = 0;
        var buffer = new byte[1 << 16];
        await using var body = await answer.Content.ReadAsStreamAsync();
        while (await body.ReadAsync(buffer) is > 0 and var read)
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
        return new Answer((int)answer.StatusCode, lines, "", Stopwatch.GetElapsedTime(started));
    }

    /// <summary>The most memory that a process has had at once, in MiB.</summary>
    public static long PeakMb(ServiceProcess process) => MemoryOf(process, "VmHWM:");

    public static long NowMb(ServiceProcess process) => MemoryOf(process, "VmRSS:");

    private static long MemoryOf(ServiceProcess process, string line) => long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").Single(l => l.StartsWith(line, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;
}
