using System.Diagnostics;
using System.Globalization;
using Amp.Server.JsonLines;

namespace Amp.Benchmarks.Queries;

/// <summary>Rows of logs as JSON Lines beside DuckDB's own COPY to JSON of the same rows, both thrown away, and beside the scan to Arrow alone.</summary>
[BenchmarkCommand("jsonlines", "JSON Lines beside DuckDB's COPY to JSON and beside the scan to Arrow [rows]")]
internal static class JsonLinesEncoding
{
    private const int Rounds = 3;
    private const string Sql = "select * from \"bench/logs\".logs";

    public static async Task RunAsync(string[] args)
    {
        var rows = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 2_000_000;
        using var logs = new LogRows(rows);
        var copy = double.MaxValue;
        var scan = double.MaxValue;
        var json = double.MaxValue;
        long arrowBytes = 0, jsonBytes = 0;
        for (var round = 0; round < Rounds; round++)
        {
            (arrowBytes, var seconds) = await ScanAsync(logs);
            scan = Math.Min(scan, seconds);
            (jsonBytes, seconds) = await EncodeAsync(logs);
            json = Math.Min(json, seconds);
            var start = Stopwatch.GetTimestamp();
            LogRows.Duck($"copy (select * from '{logs.Path}') to '/dev/null' (format json)");
            copy = Math.Min(copy, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {rows} rows, best of {Rounds}, {Environment.ProcessorCount} cores
            scan to Arrow     {scan,7:F2} s  {arrowBytes / scan / 1e6,7:F0} MB/s
            JSON Lines        {json,7:F2} s  {jsonBytes / json / 1e6,7:F0} MB/s
            DuckDB COPY JSON  {copy,7:F2} s
            JSON Lines is {copy / json:F1} times as fast as DuckDB's COPY (at least 4 wanted); encoding costs {json / scan:F2} of the scan
            """));
    }

    private static async Task<(long Bytes, double Seconds)> ScanAsync(LogRows logs)
    {
        using var engine = logs.Engine();
        var start = Stopwatch.GetTimestamp();
        long bytes = 0;
        await using var query = await engine.PlanAsync(Sql, CancellationToken.None);
        await foreach (var batch in query.ExecuteAsync())
        {
            bytes += batch.Arrays.Sum(a => a.Data.Buffers.Sum(b => (long)b.Length));
            batch.Dispose();
        }

        return (bytes, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static async Task<(long Bytes, double Seconds)> EncodeAsync(LogRows logs)
    {
        using var engine = logs.Engine();
        var start = Stopwatch.GetTimestamp();
        long bytes = 0;
        await using var query = await engine.PlanAsync(Sql, CancellationToken.None);
        await foreach (var lines in new EncodedAnswer(query.Schema, Environment.ProcessorCount).EncodeAsync(query.ExecuteAsync()))
        {
            bytes += lines.Bytes.Length;
            lines.Dispose();
        }

        return (bytes, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
