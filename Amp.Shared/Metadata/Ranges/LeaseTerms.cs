namespace Amp.Shared.Metadata.Ranges;

/// <summary>How long a lease lives without a heartbeat, and how often the heart beats.</summary>
public static class LeaseTerms
{
    public static TimeSpan Beat { get; } = TimeSpan.FromSeconds(1);

    /// <summary>A node that has not beaten for this long has lost its ranges.</summary>
    public static TimeSpan Expiry { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The same as an SQL expression, for the clock of the database.</summary>
    public const string ExpirySql = "interval '5 seconds'";
}
