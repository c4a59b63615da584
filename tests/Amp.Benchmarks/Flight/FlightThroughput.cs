using System.Diagnostics;
using System.Globalization;
using Amp.Query.Execution;
using Amp.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace Amp.Benchmarks.Flight;

/// <summary>A full scan of five million logs over Flight, by a client in another process of this machine, beside the engine's own scan to Arrow in process.</summary>
[BenchmarkCommand("flight", "full scan over Flight beside the engine's own scan to Arrow")]
internal static class FlightThroughput
{
    private const string Sql = "select * from \"bench/logs_only\".logs";
    private const int Files = 5;
    private const int Rounds = 5;

    public static async Task RunAsync(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : Rounds;
        await using var lake = await LogLake.CreateAsync(Files);
        await using var server = await LakeServer.StartAsync(lake.Root, lake.Database.ConnectionString);
        var engine = server.Services.GetRequiredService<QueryEngine>();

        // In turn, so that what else the machine does falls on all alike. The first round of each warms up and is not counted.
        List<double> scans = [], drains = [], reads = [];
        for (var round = 0; round <= rounds; round++)
        {
            var scan = await ScanAsync(engine);
            var drain = await ClientAsync(server, "raw");
            var read = await ClientAsync(server, "stock");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {round}: scan {scan:F2} s, over Flight drained {drain:F2} s, read by Apache.Arrow's client {read:F2} s"));
            if (round == 0)
                continue;
            scans.Add(scan);
            drains.Add(drain);
            reads.Add(read);
        }

        var (own, drained, readBack) = (Median(scans), Median(drains), Median(reads));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"median of {rounds}: engine's scan {own:F2} s; over Flight {drained:F2} s, ratio {own / drained:F2}; read by Apache.Arrow's client {readBack:F2} s, ratio {own / readBack:F2}"));
    }

    private static async Task<double> ScanAsync(QueryEngine engine)
    {
        var start = Stopwatch.GetTimestamp();
        var work = Process.GetCurrentProcess().TotalProcessorTime;
        await using var query = await engine.PlanAsync(Sql, CancellationToken.None);
        long rows = 0;
        await foreach (var batch in query.ExecuteAsync())
        {
            using (batch)
                rows += batch.Length;
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - work).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  engine: {rows} rows, {seconds:F3} s, {cpu:F3} s of CPU"));
        return seconds;
    }

    private static async Task<double> ClientAsync(LakeServer server, string client)
    {
        var work = Process.GetCurrentProcess().TotalProcessorTime;
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false, ArgumentList = { "flight-drain", server.Flight.ToString(), Sql, "2", client } };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The client ended with {process.ExitCode}: {output}");
        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - work).TotalSeconds;

        // The client's first round compiles it.
        var last = output.Trim().Split('\n')[^1].Split(' ');
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {client}: {last[2]} {(client == "raw" ? "bytes" : "rows")}, {last[0]} s, client {last[1]} s of CPU, server {cpu / 2:F3} s of CPU"));
        return double.Parse(last[0], CultureInfo.InvariantCulture);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
