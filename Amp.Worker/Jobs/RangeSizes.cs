using System.Collections.Concurrent;
using Amp.Shared.Metadata.Ranges;

namespace Amp.Worker.Jobs;

/// <summary>How many blocks make a range: as many as this worker extracts in about 20 seconds.</summary>
internal sealed class RangeSizes
{
    /// <summary>Without a measurement: small, so that the first segment and the first measurement come soon.</summary>
    public const ulong FirstGuess = 100;

    private const ulong Least = 16;
    private const ulong Most = 1_000_000;
    private const double Weight = 0.5;

    private static readonly TimeSpan _target = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<long, double> _blocksPerSecond = new();

    public void Note(long jobId, ulong blocks, TimeSpan elapsed)
    {
        if (blocks == 0 || elapsed <= TimeSpan.Zero)
            return;
        var speed = blocks / elapsed.TotalSeconds;
        _blocksPerSecond.AddOrUpdate(jobId, speed, (_, old) => old + (Weight * (speed - old)));
    }

    /// <summary>Blocks of a job that this worker extracts in the target time.</summary>
    public ulong SizeOf(long jobId) =>
        _blocksPerSecond.TryGetValue(jobId, out var speed) ? (ulong)Math.Clamp(speed * _target.TotalSeconds, Least, Most) : FirstGuess;

    public ulong SizeFor(ClaimableJob job) =>
        Decide(_blocksPerSecond.TryGetValue(job.Id, out var speed) ? speed : null, job.WaitingBlocks, job.Parallelism);

    /// <summary>Pure. Of the last blocks of a job each of its workers gets a share, so that they end together.</summary>
    public static ulong Decide(double? blocksPerSecond, ulong waiting, int parallelism)
    {
        if (blocksPerSecond is not { } speed)
            return FirstGuess;
        var bySpeed = (ulong)Math.Clamp(speed * _target.TotalSeconds, Least, Most);
        var share = Math.Max(FirstGuess, (waiting + (ulong)parallelism - 1) / (ulong)parallelism);
        return Math.Min(bySpeed, share);
    }
}
