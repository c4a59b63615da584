using System.Diagnostics;
using System.Globalization;
using Amp.TestKit.Cluster;

namespace Amp.Benchmarks.Coordination;

/// <summary>One dataset by one, two and four workers, from a node whose answers take 100 ms and of which each worker may ask two things at once.</summary>
[BenchmarkCommand("scaling", "one job by 1, 2 and 4 workers, on a node of 100 ms latency with a limit of requests at once")]
internal static class Scaling
{
    public static async Task RunAsync(string[] args)
    {
        var last = args.Length > 0 ? ulong.Parse(args[0], CultureInfo.InvariantCulture) : 12_000;
        var parallelism = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : (int?)null;
        TimeSpan? one = null;
        foreach (var workers in (int[])[1, 2, 4])
        {
            var elapsed = await MeasureAsync(workers, last, parallelism);
            one ??= elapsed;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{workers} workers: {last / elapsed.TotalSeconds:0} blocks/s, {one / elapsed:0.00} times"));
        }
    }

    private static async Task<TimeSpan> MeasureAsync(int workers, ulong last, int? parallelism)
    {
        await using var cluster = await AmpCluster.StartAsync(new()
        {
            Workers = workers,
            Chain = new() { Blocks = last, Grade = "load", Arguments = ["--transactions", "2", "--logs", "3", "--latency-ms", "100"] },
        });
        cluster.AddProvider("devchain", AmpCluster.Network, cluster.ChainUrl!, "concurrent_request_limit = 2\nrpc_batch_size = 20");

        // Compiled code and measured speed, as in a process that has run for a while.
        await cluster.RegisterAsync("bench/warm@1.0.0");
        await cluster.WaitForJobAsync(await cluster.DeployAsync("bench/warm@1.0.0", "800", 2 * workers), "COMPLETED", TimeSpan.FromMinutes(2));
        await cluster.RegisterAsync("bench/scaling@1.0.0");
        using var use = await NodeUse.BeginAsync(cluster.ChainUrl!);
        var watch = Stopwatch.StartNew();
        var job = await cluster.DeployAsync("bench/scaling@1.0.0", last.ToString(CultureInfo.InvariantCulture), parallelism);
        await cluster.WaitForJobAsync(job, "COMPLETED", TimeSpan.FromMinutes(10));
        var elapsed = watch.Elapsed;
        Console.WriteLine(await use.TellAsync());
        await using var command = cluster.Database.DataSource.CreateCommand(
            $"select last_node_id, count(*), sum(end_block - start_block + 1) from block_ranges where job_id = {job} group by 1 order by 1");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            Console.WriteLine($"  {reader.GetString(0)}: {reader.GetInt64(1)} ranges, {reader.GetValue(2)} blocks");
        return elapsed;
    }
}
