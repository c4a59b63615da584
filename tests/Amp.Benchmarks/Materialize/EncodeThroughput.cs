using System.Diagnostics;
using System.Globalization;
using Amp.Chains.Evm;
using Amp.Chains.Evm.Rpc;
using Amp.Chains.Evm.Tables;
using Amp.Chains.Providers;
using Amp.Chains.Rows;
using Amp.Shared.Chain;
using Amp.Shared.Lake;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Options;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.Worker.Materialize;
using Amp.Worker.Materialize.Parquet;
using Microsoft.Extensions.Logging.Abstractions;

namespace Amp.Benchmarks.Materialize;

/// <summary>Columns of dense blocks to published Parquet files of the three tables, on one thread: CPU a block, resident memory.</summary>
[BenchmarkCommand("encode", "columns to published Parquet files on one thread: CPU a block, MB/s of columns, memory")]
internal static class EncodeThroughput
{
    private const int Batches = 24;
    private const int Rounds = 24;

    public static async Task RunAsync(string[] args)
    {
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings
        {
            Workers = 0,
            Servers = 0,
            Chain = new ChainSettings { Blocks = 5_000, Grade = "load", Arguments = ["--transactions", "150", "--logs", "300"] },
        });
        var settings = new ProviderSettings("node", "evm-rpc", "bench", cluster.ChainUrl!, null, null, null, null, 20, false, TimeSpan.FromSeconds(60));
        using var buffers = new AnswerBuffers();
        await using var endpoint = new RpcEndpoint(settings, buffers, TimeProvider.System);
        var network = new RpcNetwork("bench", [endpoint], buffers, RetryPolicy.Default, TimeProvider.System, NullLogger.Instance);
        using var pool = new RowsPool();
        var source = new EvmBlockSource(network, pool);
        var batches = new List<BlockRows>();
        await foreach (var rows in source.ReadAsync(new BlockRange(0, 4_999), null, new ExtractionOptions(), CancellationToken.None))
        {
            batches.Add(rows);
            if (batches.Count == Batches)
                break;
        }

        var folder = Directory.CreateTempSubdirectory("amp-encode-");
        var store = new FolderStore(folder.FullName);
        NativeAllocator.Bound();
        var before = Process.GetCurrentProcess().WorkingSet64;
        Show("warm", await WriteAsync(store, batches, 1), before);
        Show("measured", await WriteAsync(store, batches, Rounds), before);
        foreach (var batch in batches)
            batch.Dispose();
        folder.Delete(recursive: true);
    }

    private static async Task<Run> WriteAsync(FolderStore store, List<BlockRows> batches, int rounds)
    {
        var budget = new RowGroupBudget(512);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        var files = new List<TableWriter>();
        for (var i = 0; i < EvmTables.All.Count; i++)
        {
            var table = EvmTables.All[i];
            var name = string.Create(CultureInfo.InvariantCulture, $"{table.Name}/{Guid.NewGuid():N}.parquet");
            files.Add(new TableWriter(store.OpenWrite(name), new ParquetSchema(table.Schema), ParquetCompression.Parse("zstd(1)"), budget));
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var batch in batches)
            {
                for (var i = 0; i < files.Count; i++)
                    files[i].Write(batch.Tables[i]);
            }
        }

        var size = 0L;
        foreach (var file in files)
        {
            size += (await file.PublishAsync(new SegmentFooter("bench", "bench", DateTimeOffset.UnixEpoch, [], null, [], 0))).Size;
            file.Dispose();
        }

        return new Run(
            rounds * batches.Sum(b => b.Headers.Count), rounds * batches.Sum(b => b.ByteCount), size, Stopwatch.GetElapsedTime(start).TotalSeconds,
            (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds);
    }

    private static void Show(string name, Run run, long before) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-9} {run.Cpu / run.Blocks * 1e6,6:F0} us of CPU a block, {run.Columns / run.Seconds / 1e6,6:F0} MB/s of columns, {run.Columns / run.Blocks / 1e3:F0} KB a block to {run.File / run.Blocks / 1e3:F0} KB; resident {(Process.GetCurrentProcess().WorkingSet64 - before) / 1e6:F0} MB more"));

    private sealed record Run(int Blocks, long Columns, long File, double Seconds, double Cpu);
}
