namespace Amp.Worker.Jobs;

/// <summary>When to ask the node for its head again. Pure.</summary>
internal static class HeadPace
{
    private const int LooksAnInterval = 4;
    private const int LooksABlock = 8;
    private const int IntervalsWhenAnnounced = 5;

    /// <summary>Between any two looks, also at a node that announces without end.</summary>
    public static TimeSpan Least { get; } = TimeSpan.FromMilliseconds(50);

    /// <param name="interval"><c>poll_interval_secs</c>: no two looks lie further apart, unless heads are announced.</param>
    /// <param name="blockTime">Seconds between the last two heads; null when not known.</param>
    /// <param name="isAnnounced">Whether new heads are announced: a look without an announcement then only finds what was lost.</param>
    public static TimeSpan Pause(TimeSpan interval, ulong? blockTime, bool isAnnounced)
    {
        if (isAnnounced)
            return interval * IntervalsWhenAnnounced;

        // A block is seen late by half a pause on average: an eighth of the block time is little, and a slow chain's node
        // is not asked more often than that serves.
        var byBlock = TimeSpan.FromSeconds(Math.Min(blockTime ?? 0, 3600)) / LooksABlock;
        var quick = interval / LooksAnInterval;
        var pause = byBlock > quick ? byBlock : quick;
        pause = pause > interval ? interval : pause;
        return pause > Least ? pause : Least;
    }
}
