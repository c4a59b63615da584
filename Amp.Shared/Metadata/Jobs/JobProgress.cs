using Amp.Shared.Chain;
using Amp.Shared.Lake;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>How far a table is.</summary>
/// <param name="CurrentBlock">End of the canonical chain; null before the first segment.</param>
/// <param name="StartBlock">Where the canonical chain starts.</param>
/// <param name="BlocksDone">Wanted blocks that are registered.</param>
/// <param name="BlocksPerSecond">Over the last minutes, or since the deploy when that is shorter.</param>
/// <param name="EtaSeconds">Null when nothing moves or the target is not known.</param>
public sealed record TableProgress(
    ulong? CurrentBlock, ulong? StartBlock, long FilesCount, long TotalSizeBytes, ulong BlocksDone, double BlocksPerSecond, double? EtaSeconds);

/// <summary>How far a job is. The table that is behind decides; the tables of a range are registered together, so they differ only by restored files.</summary>
/// <param name="TargetBlock">The last block wanted: the job's end, or the tip last seen; null before the first planning.</param>
/// <param name="BlocksDone">Of the table that is behind.</param>
/// <param name="BlocksPerSecond">Of the table that is behind.</param>
/// <param name="EtaSeconds">Of the table that is behind.</param>
public sealed record JobProgress(
    IReadOnlyDictionary<string, TableProgress> Tables, ulong? TargetBlock, ulong BlocksDone, double BlocksPerSecond, double? EtaSeconds)
{
    /// <summary>What a rate is taken over: long enough that a segment of the default flush interval's half shows in it, short enough that a stall shows.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>Computes progress from the facts. Pure.</summary>
    public static JobProgress Compute(Job job, IReadOnlyList<string> tables, JobProgressFacts facts)
    {
        var segments = facts.Segments.ToLookup(s => s.Table, StringComparer.Ordinal);
        var recent = facts.Recent.ToLookup(r => r.Table, r => r.Blocks, StringComparer.Ordinal);
        var last = job.EndBlock ?? job.TipBlock;
        var wanted = last is { } end && end >= job.StartBlock ? new BlockRange(job.StartBlock, end) : (BlockRange?)null;

        // What has ended does not move.
        var window = JobTransitions.Terminal.Contains(job.Status) ? TimeSpan.Zero : facts.SinceDeploy < Window ? facts.SinceDeploy : Window;
        var progress = tables.Union(facts.Tables, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToDictionary(t => t, t => Measure([.. segments[t]], recent[t], job.StartBlock, wanted, window), StringComparer.Ordinal);
        var behind = progress.Values.MinBy(t => t.BlocksDone);
        return new JobProgress(progress, last, behind?.BlocksDone ?? 0, behind?.BlocksPerSecond ?? 0, behind?.EtaSeconds);
    }

    private static TableProgress Measure(
        IReadOnlyCollection<ProgressSegment> segments, IEnumerable<BlockRange> recent, ulong first, BlockRange? wanted, TimeSpan window)
    {
        var chain = CanonicalChain.Compute(segments);
        var done = Count(segments.Select(s => new BlockRange(s.Start, s.End)), first, wanted?.End);
        var speed = window > TimeSpan.Zero ? Count(recent, first, wanted?.End) / window.TotalSeconds : 0;
        double? eta = wanted is not { } all ? null : done >= all.Count ? 0 : speed > 0 ? (all.Count - done) / speed : null;
        return new TableProgress(
            chain.End, chain.IsEmpty ? null : chain.Segments[0].Start, segments.Count, segments.Sum(s => s.ObjectSize),
            done, Math.Round(speed, 3), eta is { } seconds ? Math.Round(seconds, 1) : null);
    }

    /// <summary>How many different blocks of the job the ranges cover.</summary>
    private static ulong Count(IEnumerable<BlockRange> ranges, ulong first, ulong? last)
    {
        ulong count = 0;
        var next = first;
        foreach (var range in ranges.OrderBy(r => r.Start))
        {
            var start = Math.Max(range.Start, next);
            var end = last is { } limit ? Math.Min(range.End, limit) : range.End;
            if (start > end)
                continue;
            count += end - start + 1;
            next = end + 1;
        }

        return count;
    }
}
