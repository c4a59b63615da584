namespace Amp.Worker.Jobs;

/// <summary>When to ask the node for its head again. Pure.</summary>
internal static class HeadPace
{
    private const int LooksAnInterval = 4;
    private const int LooksABlock = 8;

    private static readonly TimeSpan _least = TimeSpan.FromMilliseconds(50);

    /// <param name="interval"><c>poll_interval_secs</c>: no two looks lie further apart.</param>
    /// <param name="blockTime">Seconds between the last two heads; null when not known.</param>
    public static TimeSpan Pause(TimeSpan interval, ulong? blockTime)
    {
        // A block is seen late by half a pause on average: an eighth of the block time is little, and a slow chain's node
        // is not asked more often than that serves.
        var byBlock = TimeSpan.FromSeconds(Math.Min(blockTime ?? 0, 3600)) / LooksABlock;
        var quick = interval / LooksAnInterval;
        var pause = byBlock > quick ? byBlock : quick;
        pause = pause > interval ? interval : pause;
        return pause > _least ? pause : _least;
    }
}
