using Amp.Shared.Lake;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>How far a table is.</summary>
/// <param name="CurrentBlock">End of the canonical chain; null before the first segment.</param>
/// <param name="StartBlock">Where the canonical chain starts.</param>
public sealed record TableProgress(ulong? CurrentBlock, ulong? StartBlock, long FilesCount, long TotalSizeBytes);

/// <summary>How far a job is.</summary>
/// <param name="TargetBlock">The last block wanted: the job's end, or the tip last seen; null before the first planning.</param>
/// <param name="BlocksDone">Wanted blocks that are registered in every table.</param>
/// <param name="BlocksPerSecond">Over the last minutes, or since the deploy when that is shorter.</param>
/// <param name="EtaSeconds">Null when nothing moves or the target is not known.</param>
public sealed record JobProgress(
    IReadOnlyDictionary<string, TableProgress> Tables, ulong? TargetBlock, ulong BlocksDone, double BlocksPerSecond, double? EtaSeconds)
{
    // Long enough that a segment of the default flush interval's half shows in it, short enough that a stall shows.
    private static readonly TimeSpan _window = TimeSpan.FromMinutes(5);

    /// <summary>Computes progress from the facts. Pure.</summary>
    public static JobProgress Compute(Job job, IReadOnlyList<string> tables, JobProgressFacts facts)
    {
        var byTable = facts.Segments.ToLookup(s => s.Table, StringComparer.Ordinal);
        var last = job.EndBlock ?? job.TipBlock;
        var progress = tables.Union(facts.Tables, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToDictionary(t => t, t => Measure([.. byTable[t]]), StringComparer.Ordinal);

        // The table that is behind decides; the tables of a range are registered together, so they differ only by restored files.
        var behind = progress.Keys
            .Select(t => (Segments: byTable[t].ToList(), Done: Count(byTable[t], job.StartBlock, last)))
            .OrderBy(t => t.Done).FirstOrDefault();
        var window = facts.SinceDeploy < _window ? facts.SinceDeploy : _window;
        var recent = Count(behind.Segments?.Where(s => s.Age <= window) ?? [], job.StartBlock, last);
        var speed = window > TimeSpan.Zero ? recent / window.TotalSeconds : 0;
        var wanted = last is { } end && end >= job.StartBlock ? end - job.StartBlock + 1 : (ulong?)null;
        double? eta = wanted is not { } all ? null : behind.Done >= all ? 0 : speed > 0 ? (all - behind.Done) / speed : null;
        return new JobProgress(progress, last, behind.Done, Math.Round(speed, 3), eta is { } seconds ? Math.Round(seconds, 1) : null);
    }

    private static TableProgress Measure(IReadOnlyCollection<ProgressSegment> segments)
    {
        var chain = CanonicalChain.Compute(segments);
        return new TableProgress(chain.End, chain.IsEmpty ? null : chain.Segments[0].Start, segments.Count, segments.Sum(s => s.ObjectSize));
    }

    /// <summary>How many different blocks of the job the segments cover.</summary>
    private static ulong Count(IEnumerable<ProgressSegment> segments, ulong first, ulong? last)
    {
        ulong count = 0;
        var next = first;
        foreach (var segment in segments.OrderBy(s => s.Start))
        {
            var start = Math.Max(segment.Start, next);
            var end = last is { } limit ? Math.Min(segment.End, limit) : segment.End;
            if (start > end)
                continue;
            count += end - start + 1;
            next = end + 1;
        }

        return count;
    }
}
