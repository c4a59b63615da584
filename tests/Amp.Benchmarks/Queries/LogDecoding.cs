using System.Diagnostics;
using System.Globalization;

namespace Amp.Benchmarks.Queries;

/// <summary>Logs decoded by the engine beside a scan of the same columns: processor time of a million.</summary>
[BenchmarkCommand("evm", "logs decoded by evm_decode_log beside a scan of the same columns [rows]")]
internal static class LogDecoding
{
    private const int Rounds = 3;
    private const string From = "from \"bench/logs\".logs where topic3 is null";

    // Two indexed words and a number of 256 bits, as of a transfer; every number has all of its digits.
    private const string Decoded = $"select count((d).v), count((d).a), count((d).b) from (select evm_decode_log(topic1, topic2, topic3, data, 'T(bytes32 indexed a, bytes32 indexed b, uint256 v)') as d {From})";

    public static async Task RunAsync(string[] args)
    {
        var rows = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 2_000_000;
        using var logs = new LogRows(rows);
        var (scan, decode) = (double.MaxValue, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            scan = Math.Min(scan, await CpuAsync(logs, $"select count(topic1), count(topic2), count(topic3), count(data), max(data), max(topic1), max(topic2) {From}"));
            decode = Math.Min(decode, await CpuAsync(logs, Decoded));
        }

        var logsDecoded = rows * 3 / 4;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{logsDecoded} logs, least of {Rounds}: scan {scan:F2} s of CPU, scan and decoding {decode:F2} s: {logsDecoded / decode / 1e6:F2} million logs a second of one core (1 wanted)"));
    }

    private static async Task<double> CpuAsync(LogRows logs, string sql)
    {
        using var engine = logs.Engine();
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        await using var query = await engine.PlanAsync(sql, CancellationToken.None);
        await foreach (var batch in query.ExecuteAsync())
            batch.Dispose();
        return (Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds;
    }
}
