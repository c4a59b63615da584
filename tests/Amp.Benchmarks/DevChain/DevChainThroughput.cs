using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Amp.TestKit;

namespace Amp.Benchmarks.DevChain;

/// <summary>
/// How fast the simulated node answers, and the CPU it takes: it must never be what another benchmark measures. The node
/// runs in a process of its own; the client here downloads and throws away.
/// </summary>
[BenchmarkCommand("devchain", "answers of the simulated node: blocks/s, MB/s and CPU")]
internal static class DevChainThroughput
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(string[] args)
    {
        Console.WriteLine("shape   connections  batch   blocks/s    MB/s   node CPU   client CPU   (CPU in cores)");
        foreach (var (name, transactions, logs, batch) in new[] { ("light", 2, 3, 100), ("light", 2, 3, 1), ("dense", 150, 300, 10), ("dense", 150, 300, 1) })
            await MeasureAsync(name, transactions, logs, batch, connections: 2);
    }

    private static async Task MeasureAsync(string name, int transactions, int logs, int batch, int connections)
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
            var address = new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]);
            using var http = new HttpClient { BaseAddress = address };
            await DownloadAsync(http, batch, connections, TimeSpan.FromSeconds(1));
            using (await http.PostAsync("admin/stats/reset", null))
            {
            }

            var cpu = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            var (blocks, bytes) = await DownloadAsync(http, batch, connections, Span);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var clientCpu = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds / seconds;
            using var stats = JsonDocument.Parse(await http.GetStringAsync("admin/stats"));
            var nodeCpu = stats.RootElement.GetProperty("cpu_seconds").GetDouble() / seconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-8}{connections,11}{batch,7}{blocks / seconds,11:F0}{bytes / seconds / 1e6,8:F0}{nodeCpu,11:F2}{clientCpu,13:F2}"));
        }
        finally
        {
            node.Kill();
            await node.WaitForExitAsync();
        }
    }

    /// <summary>Asks for blocks with their receipts, each connection for blocks of its own, until the time is over.</summary>
    private static async Task<(long Blocks, long Bytes)> DownloadAsync(HttpClient http, int batch, int connections, TimeSpan span)
    {
        var start = Stopwatch.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, connections).Select(connection => Task.Run(async () =>
        {
            var sink = new byte[1 << 20];
            long blocks = 0, bytes = 0;
            for (long first = 1 + connection * 4_000_000L; Stopwatch.GetElapsedTime(start) < span; first += batch)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = Content(first, batch) };
                using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                response.EnsureSuccessStatusCode();
                await using var stream = await response.Content.ReadAsStreamAsync();
                for (int read; (read = await stream.ReadAsync(sink)) > 0;)
                    bytes += read;
                blocks += batch;
            }

            return (blocks, bytes);
        })));
        return (results.Sum(result => result.blocks), results.Sum(result => result.bytes));
    }

    private static ByteArrayContent Content(long first, int batch)
    {
        var text = new StringBuilder("[");
        for (var number = first; number < first + batch; number++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["0x{{number:x}}",true]},""");
            text.Append(CultureInfo.InvariantCulture, $$"""{"jsonrpc":"2.0","id":2,"method":"eth_getBlockReceipts","params":["0x{{number:x}}"]},""");
        }

        text.Length--;
        return new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(text.Append(']').ToString()));
    }
}
