using System.Diagnostics;
using System.Globalization;
using System.Text;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.Queries;

/// <summary>Two servers with a queue for many clients, over a lake that a worker has filled with blocks 0 to <see cref="Last"/> of a light chain.</summary>
/// <remarks>For all scenarios of the collection, one after another: each leaves it whole.</remarks>
[CollectionDefinition(Name)]
public sealed class QueriedCluster : IAsyncLifetime, ICollectionFixture<QueriedCluster>
{
    public const string Name = "queried cluster";

    public const string Dataset = "demo/devchain";

    public const ulong Last = 999;

    public const int MaxMemMb = 1024;

    public AmpCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            Workers = 1,
            Servers = 2,
            OwnPostgres = true,
            Chain = new ChainSettings { Blocks = Last, Seed = 7, Grade = "load", Arguments = ["--transactions", "10", "--logs", "20"] },
            Config = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["max_mem_mb"] = MaxMemMb.ToString(CultureInfo.InvariantCulture),
                ["query_max_concurrent"] = "16",
                ["query_queue_length"] = "256",
                ["query_queue_wait_secs"] = "120",
            },
        });
        await Cluster.RegisterAsync(Dataset + "@1.0.0");
        var job = await Cluster.DeployAsync(Dataset + "@1.0.0", Last.ToString(CultureInfo.InvariantCulture));
        await Cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(2));
    }

    public async ValueTask DisposeAsync()
    {
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }

    /// <summary>Sends SQL and reads the whole answer without keeping it.</summary>
    internal static async Task<Answer> AskAsync(HttpClient http, Uri server, string sql)
    {
        var started = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, server) { Content = new StringContent(sql, Encoding.UTF8, "text/plain") };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode)
            return new Answer((int)answer.StatusCode, 0, await answer.Content.ReadAsStringAsync(), Stopwatch.GetElapsedTime(started));
        long lines = 0;
        var buffer = new byte[1 << 16];
        await using var body = await answer.Content.ReadAsStreamAsync();
        try
        {
            while (await body.ReadAsync(buffer) is > 0 and var read)
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
        }
        catch (HttpIOException e)
        {
            return new Answer(Answer.Cut, lines, e.Message, Stopwatch.GetElapsedTime(started));
        }

        return new Answer((int)answer.StatusCode, lines, "", Stopwatch.GetElapsedTime(started));
    }

    /// <summary>The most memory that a process has had at once, in MiB.</summary>
    public static long PeakMb(ServiceProcess process) => MemoryOf(process, "VmHWM:");

    public static long NowMb(ServiceProcess process) => MemoryOf(process, "VmRSS:");

    private static long MemoryOf(ServiceProcess process, string line) => long.Parse(
        File.ReadLines($"/proc/{process.Id}/status").Single(l => l.StartsWith(line, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;
}
