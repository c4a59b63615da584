namespace Amp.Shared.Metadata.Ranges;

/// <summary>How long a lease lives without a heartbeat, and how often the heart beats.</summary>
public static class LeaseTerms
{
    public static TimeSpan Beat { get; } = TimeSpan.FromSeconds(1);

    /// <summary>A node that has not beaten for this long has lost its ranges.</summary>
    public static TimeSpan Expiry { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The same as an SQL expression, for the clock of the database.</summary>
    public const string ExpirySql = "interval '5 seconds'";

    /// <summary>
    /// True while the server has not been up for as long as a lease lasts. Nobody could beat while it was away, so until then no lease has
    /// expired. A start that lies ahead, because the server's clock was set back, holds nothing up.
    /// </summary>
    public const string JustStartedSql = $"(pg_postmaster_start_time() between now() - {ExpirySql} and now())";
}
