using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Amp.Chains.Evm;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Providers;
using Amp.TestKit.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.Benchmarks.Extraction;

/// <summary>
/// One worker process extracts dense blocks into the lake, beside downloads of as many answers with the same batches and
/// connections: by the worker's own client, and by one that drops the bytes as they come. All talk to a simulated node of its own process.
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
                Blocks = (3 * blocks) + 1,
                Grade = "load",
                Arguments = ["--transactions", Transactions.ToString(CultureInfo.InvariantCulture), "--logs", Logs.ToString(CultureInfo.InvariantCulture)],
            },
        });
        cluster.AddProvider("devchain", AmpCluster.Network, cluster.ChainUrl!, $"rpc_batch_size = {CallsABatch}");
        using var node = new HttpClient { BaseAddress = cluster.ChainUrl, Timeout = TimeSpan.FromMinutes(5) };

        using var buffers = new AnswerBuffers();
        var settings = new ProviderSettings("devchain", "evm-rpc", AmpCluster.Network, cluster.ChainUrl!, null, null, null, null, CallsABatch, false, TimeSpan.FromMinutes(1));
        using var endpoint = new RpcEndpoint(settings, buffers, TimeProvider.System);
        var client = new RpcNetwork(AmpCluster.Network, [endpoint], buffers, RetryPolicy.Default, TimeProvider.System, NullLogger.Instance);

        // Other blocks than the worker's, so that neither finds answers that were made for the other.
        await DownloadAsync(node, blocks + 1, blocks + 400);
        await DownloadAsync(client, blocks + 401, blocks + 800);
        var half = blocks / 2;
        var bare = await MeasureAsync(node, () => DownloadAsync(node, blocks + 1, blocks + half));
        var own = await MeasureAsync(node, () => DownloadAsync(client, (2 * blocks) + 1, (2 * blocks) + half));

        // A short job first: the worker's code is compiled then, as the client's was by its own first blocks.
        await ExtractAsync(cluster, "bench/warm@1.0.0", 400);
        var worker = cluster.Workers["worker-1"];
        var before = CpuOf(worker.Id);
        var extraction = await MeasureAsync(node, () => ExtractAsync(cluster, "bench/dense@1.0.0", blocks));
        var cpu = CpuOf(worker.Id) - before;

        // The other halves after it: what else the machine does changes from minute to minute.
        own += await MeasureAsync(node, () => DownloadAsync(client, (2 * blocks) + half + 1, 3 * blocks));
        bare += await MeasureAsync(node, () => DownloadAsync(node, blocks + half + 1, 2 * blocks));
        Show("read and dropped", bare, blocks, cpu: null);
        Show("worker's client", own, blocks, cpu: null);
        Show("worker", extraction, blocks, cpu);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ratio {extraction.Rate / own.Rate:F2} to a download by the worker's client, {extraction.Rate / bare.Rate:F2} to bytes dropped as they come; peak memory of the worker {PeakMemoryOf(worker.Id) / 1e6:F0} MB"));
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
            $"{who,-17} {blocks / run.Seconds,7:F0} blocks/s {run.Bytes / run.Seconds / 1e6,7:F1} MB/s of JSON; cores: node {run.NodeCpu / run.Seconds:F2}{own}"));
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

    /// <summary>The same requests through the client that the worker has: whole answers in its buffers, none of them read.</summary>
    private static async Task DownloadAsync(RpcNetwork client, ulong first, ulong last)
    {
        const uint step = CallsABatch / 2;
        var next = (long)first - step;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            while ((ulong)Interlocked.Add(ref next, step) is var from && from <= last)
            {
                using var work = new BlocksWork(from, (int)Math.Min(step, last - from + 1), client.Buffers);
                await client.RunAsync(work, CancellationToken.None);
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
        public double Rate => Bytes / Seconds;

        public static Run operator +(Run one, Run other) => new(one.Seconds + other.Seconds, one.Bytes + other.Bytes, one.NodeCpu + other.NodeCpu);
    }
}
