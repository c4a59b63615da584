using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Amp.TestKit.Cluster;

namespace Amp.Benchmarks.Extraction;

/// <summary>
/// One worker process extracts dense blocks into the lake, beside a client that downloads the same answers with the same
/// batches and connections and throws them away. Both talk to a simulated node of its own process.
/// </summary>
[BenchmarkCommand("extraction", "one worker: blocks/s and MB/s of JSON beside a bare download, CPU and peak memory")]
internal static class ExtractionThroughput
{
    private const int Transactions = 150;
    private const int Logs = 300;
    private const int CallsABatch = 20;

    // As many as a worker of two slots keeps under way.
    private const int Connections = 4;

    public static async Task RunAsync(string[] args)
    {
        var blocks = args.Length > 0 ? ulong.Parse(args[0], CultureInfo.InvariantCulture) : 20_000;
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            Workers = 1,
            Servers = 0,
            Chain = new ChainSettings
            {
                Blocks = (2 * blocks) + 1,
                Grade = "load",
                Arguments = ["--transactions", Transactions.ToString(CultureInfo.InvariantCulture), "--logs", Logs.ToString(CultureInfo.InvariantCulture)],
            },
        });
        cluster.AddProvider("devchain", AmpCluster.Network, cluster.ChainUrl!, $"rpc_batch_size = {CallsABatch}");
        using var node = new HttpClient { BaseAddress = cluster.ChainUrl, Timeout = TimeSpan.FromMinutes(5) };

        // Other blocks than the worker's, so that neither finds answers that were made for the other.
        await DownloadAsync(node, blocks + 1, blocks + 400);
        var bare = await MeasureAsync(node, () => DownloadAsync(node, blocks + 1, blocks + (blocks / 2)));

        // A short job first: the worker's code is compiled then, as the client's was by its own first blocks.
        await ExtractAsync(cluster, "bench/warm@1.0.0", 400);
        var worker = cluster.Workers["worker-1"];
        var before = CpuOf(worker.Id);
        var extraction = await MeasureAsync(node, () => ExtractAsync(cluster, "bench/dense@1.0.0", blocks));
        var cpu = CpuOf(worker.Id) - before;

        // The other half of the download after it: what else the machine does changes from minute to minute.
        bare += await MeasureAsync(node, () => DownloadAsync(node, blocks + (blocks / 2) + 1, 2 * blocks));
        Show("bare download", bare, blocks, cpu: null);
        Show("worker", extraction, blocks, cpu);
        var ratio = extraction.Bytes / extraction.Seconds / (bare.Bytes / bare.Seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio {ratio:F2}; peak memory of the worker {PeakMemoryOf(worker.Id) / 1e6:F0} MB"));
    }

    private static async Task ExtractAsync(AmpCluster cluster, string dataset, ulong blocks)
    {
        await cluster.RegisterAsync(dataset);
        var job = await cluster.DeployAsync(dataset, (blocks - 1).ToString(CultureInfo.InvariantCulture));
        await cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(30));
    }

    private static async Task<Run> MeasureAsync(HttpClient node, Func<Task> act)
    {
        using (await node.PostAsync("admin/stats/reset", null))
        {
        }

        var start = Stopwatch.GetTimestamp();
        await act();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var stats = JsonDocument.Parse(await node.GetStringAsync("admin/stats"));
        return new Run(seconds, stats.RootElement.GetProperty("bytes").GetInt64(), stats.RootElement.GetProperty("cpu_seconds").GetDouble());
    }

    private static void Show(string who, Run run, ulong blocks, TimeSpan? cpu)
    {
        var own = cpu is { } time ? string.Create(CultureInfo.InvariantCulture, $", worker {time.TotalSeconds / run.Seconds:F2}") : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{who,-14} {blocks / run.Seconds,7:F0} blocks/s {run.Bytes / run.Seconds / 1e6,7:F1} MB/s of JSON; cores: node {run.NodeCpu / run.Seconds:F2}{own}"));
    }

    private static async Task DownloadAsync(HttpClient node, ulong first, ulong last)
    {
        var next = first;
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            var sink = new byte[1 << 20];
            while (true)
            {
                ulong from;
                lock (gate)
                {
                    from = next;
                    next += CallsABatch / 2;
                }

                if (from > last)
                    return;
                using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = Content(from, Math.Min(last, from + (CallsABatch / 2) - 1)) };
                using var response = await node.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                response.EnsureSuccessStatusCode();
                await using var stream = await response.Content.ReadAsStreamAsync();
                while (await stream.ReadAsync(sink) > 0)
                {
                }
            }
        })));
    }

    private static StringContent Content(ulong from, ulong to)
    {
        var body = new StringBuilder("[");
        for (var block = from; block <= to; block++)
        {
            body.Append(CultureInfo.InvariantCulture, $$"""{"jsonrpc":"2.0","id":{{2 * block}},"method":"eth_getBlockByNumber","params":["0x{{block:x}}",true]},""");
            body.Append(CultureInfo.InvariantCulture, $$"""{"jsonrpc":"2.0","id":{{(2 * block) + 1}},"method":"eth_getBlockReceipts","params":["0x{{block:x}}"]},""");
        }

        body[^1] = ']';
        return new StringContent(body.ToString(), Encoding.UTF8, "application/json");
    }

    private static TimeSpan CpuOf(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }

    private static long PeakMemoryOf(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.PeakWorkingSet64;
    }

    private sealed record Run(double Seconds, long Bytes, double NodeCpu)
    {
        public static Run operator +(Run one, Run other) => new(one.Seconds + other.Seconds, one.Bytes + other.Bytes, one.NodeCpu + other.NodeCpu);
    }
}
