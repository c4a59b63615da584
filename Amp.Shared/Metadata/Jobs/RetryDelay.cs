namespace Amp.Shared.Metadata.Jobs;

/// <summary>When a job in ERROR is tried again. Pure; the database adds it to its own clock.</summary>
public static class RetryDelay
{
    public static TimeSpan First { get; } = TimeSpan.FromSeconds(2);

    public static TimeSpan Longest { get; } = TimeSpan.FromMinutes(10);

    /// <summary>2 s, doubling to 10 min, less up to a fifth so that jobs that failed together do not return together; at least what the other side asked for, within the same bound.</summary>
    /// <param name="attempts">Failures since the last progress, before this one.</param>
    /// <param name="asked">The other side's wish; zero for none.</param>
    /// <param name="jitter">From 0 to 1.</param>
    public static TimeSpan Of(int attempts, TimeSpan asked, double jitter)
    {
        var delay = First * Math.Pow(2, Math.Clamp(attempts, 0, 20));
        delay = (delay < Longest ? delay : Longest) * (1 - (0.2 * jitter));
        return asked <= delay ? delay : asked < Longest ? asked : Longest;
    }

    /// <summary>Seconds by attempts, for the statement that knows how many there were; the last is for all above.</summary>
    internal static double[] Table(TimeSpan asked)
    {
        var jitter = Random.Shared.NextDouble();
        return [.. Enumerable.Range(0, 21).Select(attempts => Of(attempts, asked, jitter).TotalSeconds)];
    }
}
