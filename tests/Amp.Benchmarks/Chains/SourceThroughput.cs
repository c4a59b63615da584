using System.Diagnostics;
using System.Globalization;
using Amp.Chains.Evm;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Providers;
using Amp.Shared.Chain;
using Amp.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.Benchmarks.Chains;

/// <summary>A range from a simulated node in its own process to columns, beside a download of the same answers by the same client, thrown away.</summary>
[BenchmarkCommand("columns", "blocks of a node to columns beside a bare download through the same client: blocks/s, MB/s, ratio")]
internal static class SourceThroughput
{
    public static async Task RunAsync(string[] args)
    {
        Console.WriteLine("shape   batch   download blocks/s    MB/s   columns blocks/s    MB/s   ratio   peak memory");
        foreach (var (name, transactions, logs, batch, blocks) in new[] { ("dense", 150, 300, 20u, 6_000), ("light", 2, 3, 200u, 100_000), ("light", 2, 3, 0u, 20_000) })
            await MeasureAsync(name, transactions, logs, batch, blocks);
    }

    private static async Task MeasureAsync(string name, int transactions, int logs, uint batch, int blocks)
    {
        using var node = Process.Start(new ProcessStartInfo(
            "dotnet",
            $"{Repository.Output("Amp.DevChain", "Amp.DevChain.dll")} --port 0 --grade load --blocks 10000000 --transactions {transactions} --logs {logs}")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("dotnet did not start.");
        try
        {
            var line = await node.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The node did not start.");
            var url = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]);
            var settings = new ProviderSettings("node", "evm-rpc", "bench", url, null, null, null, null, batch, false, TimeSpan.FromSeconds(60));
            using var buffers = new AnswerBuffers();
            await using var endpoint = new RpcEndpoint(settings, buffers, TimeProvider.System);
            var network = new RpcNetwork("bench", [endpoint], buffers, RetryPolicy.Default, TimeProvider.System, NullLogger.Instance);
            using var rows = new RowsPool();
            var source = new EvmBlockSource(network, rows);

            // A part of each first: code is compiled and the answers' size is known.
            var first = (ulong)blocks;
            await DownloadAsync(network, 0, (ulong)blocks / 10);
            await ReadAsync(source, 0, (ulong)blocks / 10);
            using var downloadUse = await NodeUse.BeginAsync(url);
            var start = Stopwatch.GetTimestamp();
            var bytes = await DownloadAsync(network, first, first + (ulong)blocks - 1);
            var download = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var ofDownload = await downloadUse.TellAsync();
            using var readUse = await NodeUse.BeginAsync(url);
            start = Stopwatch.GetTimestamp();
            await ReadAsync(source, 2 * first, (2 * first) + (ulong)blocks - 1);
            var read = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-8}{batch,5}{blocks / download,20:F0}{bytes / download / 1e6,8:F0}{blocks / read,19:F0}{bytes / read / 1e6,8:F0}{download / read,8:F2}{Process.GetCurrentProcess().PeakWorkingSet64 / 1e6,11:F0} MB"));
            Console.WriteLine($"{ofDownload} (download)");
            Console.WriteLine($"{await readUse.TellAsync()} (columns)");
        }
        finally
        {
            node.Kill();
            await node.WaitForExitAsync();
        }
    }

    private static async Task ReadAsync(EvmBlockSource source, ulong first, ulong last)
    {
        await foreach (var rows in source.ReadAsync(new BlockRange(first, last), null, new ExtractionOptions(), CancellationToken.None))
            rows.Dispose();
    }

    /// <summary>As many requests at once as the source may have, of the same size.</summary>
    private static async Task<long> DownloadAsync(RpcNetwork network, ulong first, ulong last)
    {
        var bytes = 0L;
        var step = Math.Max(1, network.Endpoints[0].BatchSize / 2);
        var next = (long)first - step;
        await Task.WhenAll(Enumerable.Range(0, RpcEndpoint.DefaultConcurrency).Select(async _ =>
        {
            while ((ulong)Interlocked.Add(ref next, step) is var from && from <= last)
            {
                using var work = new BlocksWork(from, (int)Math.Min((ulong)step, last - from + 1), network.Buffers);
                await network.RunAsync(work, CancellationToken.None);
                Interlocked.Add(ref bytes, work.ByteCount);
            }
        }));
        return bytes;
    }
}
