namespace Amp.TestKit.Cluster;

/// <summary>How large a cluster a scenario wants.</summary>
public sealed record AmpClusterSettings
{
    /// <summary>Named <c>worker-1</c>, <c>worker-2</c> and so on.</summary>
    public int Workers { get; init; } = 2;

    public int Servers { get; init; } = 1;

    public int Controllers { get; init; } = 1;

    /// <summary>The simulated chain; null for a scenario that names another node by <see cref="AmpCluster.AddProvider"/>.</summary>
    public ChainSettings? Chain { get; init; } = new();

    /// <summary>A PostgreSQL server of its own, to be killed and restarted, instead of a database in the shared one.</summary>
    public bool OwnPostgres { get; init; }

    /// <summary>Whether notifications reach anyone; the variable AMP_TEST_NOTIFY=off turns them off for all scenarios.</summary>
    public bool Notify { get; init; } = Environment.GetEnvironmentVariable("AMP_TEST_NOTIFY") != "off";

    /// <summary>The error of the wall clock of a process, by its name; null for processes in the world as it is.</summary>
    public Func<string, TimeSpan>? ClockOffset { get; init; }

    /// <summary>Configuration of all services by key (<c>writer.segment_flush_interval_secs</c>).</summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
