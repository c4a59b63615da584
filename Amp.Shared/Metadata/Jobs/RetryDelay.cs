namespace Amp.Shared.Metadata.Jobs;

/// <summary>How long a failed job waits. Pure.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(10);

    /// <summary>
    /// 2 s, doubling with each failure since the last progress to 10 min, less up to a fifth of it so that jobs that failed together
    /// do not return together; not less than what the other side asked for, which is capped like the rest.
    /// </summary>
    /// <param name="failures">Failures in a row before this one.</param>
    /// <param name="jitter">From 0 to 1.</param>
    /// <param name="retryAfter">The least delay that the other side asked for.</param>
    public static TimeSpan Of(int failures, double jitter, TimeSpan retryAfter)
    {
        var doubled = Min(_longest, TimeSpan.FromSeconds(2 * Math.Pow(2, Math.Min(failures, 20)))) * (1 - (0.2 * jitter));
        var asked = Min(_longest, retryAfter);
        return doubled > asked ? doubled : asked;
    }

    /// <summary>The delay after 0, 1, … failures in seconds; the last stands for all that follow.</summary>
    public static double[] Table(double jitter, TimeSpan retryAfter) =>
        [.. Enumerable.Range(0, 21).Select(failures => Of(failures, jitter, retryAfter).TotalSeconds)];

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
