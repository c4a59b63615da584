using System.Diagnostics;
using System.Globalization;
using Amp.Chains.Evm.Tables;
using Amp.Query.Catalog;
using Amp.Query.Execution;

namespace Amp.Benchmarks.Queries;

/// <summary>How long a query over a table of many segments is planned, with the catalogue in memory: all segments, and one after pruning.</summary>
[BenchmarkCommand("planning", "plan of a query over a table of many segments [segments]")]
internal static class PlanningOfManySegments
{
    private const int Rounds = 10;

    public static async Task RunAsync(string[] args)
    {
        var segments = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000;
        using var logs = new LogRows(10_000);
        var schema = EvmTables.Logs.Schema;
        var columns = schema.FieldsList.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        var folder = Path.GetDirectoryName(logs.Path)!;
        var files = new List<SnapshotFile>();
        for (var i = 0; i < segments; i++)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{i:D9}-0123456789abcdef.parquet"));
            File.CreateSymbolicLink(path, logs.Path);
            files.Add(new SnapshotFile(path, (ulong)i, (ulong)i, (ulong)i, columns));
        }

        foreach (var (name, count) in new[] { ("all", segments), ("one", 1) })
        {
            IReadOnlyList<TableSnapshot> table = [new(schema, files[..count], null)];
            using var engine = new QueryEngine((_, _) => Task.FromResult(table), new QueryLimits { DataFolders = [folder] }, TimeProvider.System);
            var times = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var start = Stopwatch.GetTimestamp();
                await using var query = await engine.PlanAsync("select * from \"bench/logs\".logs", CancellationToken.None);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} of {segments} segments: plan {times[0]:F1} ms best, {times[Rounds / 2]:F1} ms median"));
        }
    }
}
