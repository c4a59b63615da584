using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Amp.Chains.Evm;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Providers;
using Amp.Shared.Chain;
using Amp.TestKit.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.Benchmarks.Extraction;

/// <summary>
/// One worker process extracts dense blocks into the lake, beside downloads of as many answers with the same requests and
/// connections: by the worker's own reader of ranges, which makes nothing of them, and by a client that drops the bytes as they come. All
/// talk to a simulated node of its own process.
/// </summary>
[BenchmarkCommand("extraction", "one worker: MB/s of JSON beside a bare download, CPU and peak memory")]
internal static class ExtractionThroughput
{
    private const int Transactions = 150;
    private const int Logs = 300;
    private const int CallsABatch = 20;

    // What a worker asks for at once where a block has so many bytes: answers of about 2 MB.
    private const uint BlocksARequest = 4;
    private const int Rounds = 5;
    private const ulong Warm = 400;

    // Of a worker of two slots.
    private const int Ranges = 2;
    private const long BytesInFlightOfRange = 8 << 20;
    private const int Connections = 4;

    public static async Task RunAsync(string[] args)
    {
        var blocks = args.Length > 0 ? ulong.Parse(args[0], CultureInfo.InvariantCulture) : 40_000;
        var share = blocks / Rounds;
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            IsLongLived = true,
            Workers = 1,
            Servers = 0,
            Chain = new ChainSettings
            {
                Blocks = (3 * blocks) + (2 * Warm),
                Grade = "load",
                Arguments = ["--transactions", Transactions.ToString(CultureInfo.InvariantCulture), "--logs", Logs.ToString(CultureInfo.InvariantCulture)],
            },
        });
        cluster.AddProvider("devchain", AmpCluster.Network, cluster.ChainUrl!, $"rpc_batch_size = {CallsABatch}");
        using var node = new HttpClient { BaseAddress = cluster.ChainUrl, Timeout = TimeSpan.FromMinutes(5) };

        using var buffers = new AnswerBuffers();
        var settings = new ProviderSettings("devchain", "evm-rpc", AmpCluster.Network, cluster.ChainUrl!, null, null, null, null, CallsABatch, false, TimeSpan.FromMinutes(1));
        await using var endpoint = new RpcEndpoint(settings, buffers, TimeProvider.System);
        var client = new RpcNetwork(AmpCluster.Network, [endpoint], buffers, RetryPolicy.Default, TimeProvider.System, NullLogger.Instance);

        // Other blocks than the worker's, so that none finds answers that were made for another. Code is compiled by the first.
        var next = blocks + 1;
        await DownloadAsync(node, next, next + Warm - 1);
        await DownloadAsync(client, next + Warm, next + (2 * Warm) - 1);
        next += 2 * Warm;
        await ExtractAsync(cluster, "bench/warm@1.0.0", Warm);

        var worker = cluster.Workers["worker-1"];
        var (plain, own, extraction) = (Run.None, Run.None, Run.None);
        var (plainRatios, ownRatios) = (new List<double>(), new List<double>());
        for (var round = 1; round <= Rounds; round++)
        {
            // Half of the downloads before the job and half after it: what else the machine does changes from second to second.
            var (plainOfRound, ownOfRound) = (Run.None, Run.None);
            await DownloadHalvesAsync();
            var before = CpuOf(worker.Id);
            var dataset = string.Create(CultureInfo.InvariantCulture, $"bench/dense@1.0.{round}");
            var (from, to) = ((ulong)(round - 1) * share, ((ulong)round * share) - 1);
            var job = await MeasureAsync(node, share, () => ExtractAsync(cluster, dataset, to, from));
            job = job with { Cpu = (CpuOf(worker.Id) - before).TotalSeconds };
            await DownloadHalvesAsync();
            plainRatios.Add(job.Rate / plainOfRound.Rate);
            ownRatios.Add(job.Rate / ownOfRound.Rate);
            (plain, own, extraction) = (plain + plainOfRound, own + ownOfRound, extraction + job);

            async Task DownloadHalvesAsync()
            {
                var (first, middle, last) = (next, next + (share / 2), next + share);
                next = last;
                plainOfRound += await MeasureAsync(node, middle - first, () => DownloadAsync(node, first, middle - 1));
                ownOfRound += await MeasureAsync(node, last - middle, () => DownloadAsync(client, middle, last - 1));
            }
        }

        Show("read and dropped", plain);
        Show("worker's client", own);
        Show("worker", extraction);
        Console.WriteLine($"median of {Rounds} ratios: {Median(ownRatios)} to a download by the worker's client, {Median(plainRatios)} to bytes dropped as they come");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory of the worker {PeakMemoryOf(worker.Id) / 1e6:F0} MB"));
    }

    private static string Median(List<double> ratios)
    {
        ratios.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{ratios[ratios.Count / 2]:F2} ({ratios[0]:F2} to {ratios[^1]:F2})");
    }

    private static async Task ExtractAsync(AmpCluster cluster, string dataset, ulong last, ulong first = 0)
    {
        await cluster.RegisterAsync(dataset, first);
        var job = await cluster.DeployAsync(dataset, last.ToString(CultureInfo.InvariantCulture));
        await cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(30));
    }

    private static async Task<Run> MeasureAsync(HttpClient node, ulong blocks, Func<Task> act)
    {
        using (await node.PostAsync("admin/stats/reset", null))
        {
        }

        var start = Stopwatch.GetTimestamp();
        await act();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var stats = JsonDocument.Parse(await node.GetStringAsync("admin/stats"));
        return new Run(seconds, blocks, stats.RootElement.GetProperty("bytes").GetInt64(), stats.RootElement.GetProperty("cpu_seconds").GetDouble(), Cpu: 0);
    }

    private static void Show(string who, Run run)
    {
        var own = run.Cpu > 0 ? string.Create(CultureInfo.InvariantCulture, $", worker {run.Cpu / run.Seconds:F2}") : "";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{who,-17} {run.Blocks / run.Seconds,7:F0} blocks/s {run.Rate / 1e6,6:F0} MB/s of JSON; cores: node {run.NodeCpu / run.Seconds:F2}{own}"));
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
                    next += BlocksARequest;
                }

                if (from > last)
                    return;
                using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = Content(from, Math.Min(last, from + BlocksARequest - 1)) };
                using var response = await node.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                response.EnsureSuccessStatusCode();
                await using var stream = await response.Content.ReadAsStreamAsync();
                while (await stream.ReadAsync(sink) > 0)
                {
                }
            }
        })));
    }

    /// <summary>As a worker reads its ranges: whole answers in its buffers, in order, none of them looked at.</summary>
    private static Task DownloadAsync(RpcNetwork client, ulong first, ulong last)
    {
        var each = (last - first + 1) / Ranges;
        return Task.WhenAll(Enumerable.Range(0, Ranges).Select(i => Task.Run(async () =>
        {
            var start = first + ((ulong)i * each);
            var range = new BlockRange(start, i == Ranges - 1 ? last : start + each - 1);
            await using var downloads = new DownloadsAhead(client, range, BytesInFlightOfRange);
            while (downloads.TryNext(out var next, CancellationToken.None))
            {
                using var work = await next;
                downloads.Learn(work);
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

    private sealed record Run(double Seconds, ulong Blocks, long Bytes, double NodeCpu, double Cpu)
    {
        public static Run None { get; } = new(0, 0, 0, 0, 0);

        public double Rate => Bytes / Seconds;

        public static Run operator +(Run one, Run other) =>
            new(one.Seconds + other.Seconds, one.Blocks + other.Blocks, one.Bytes + other.Bytes, one.NodeCpu + other.NodeCpu, one.Cpu + other.Cpu);
    }
}
