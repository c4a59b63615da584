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

    /// <summary>Whether the lake is a bucket of a real S3 server and not a folder; the variable AMP_TEST_STORE=s3 makes it one for all scenarios that do not say.</summary>
    public bool OnS3 { get; init; } = Environment.GetEnvironmentVariable("AMP_TEST_STORE") == "s3";

    /// <summary>On S3, whether services reach the server by way of <see cref="AmpCluster.Front"/>, which a scenario has refuse.</summary>
    public bool StoreFront { get; init; }

    /// <summary>Whether the services live in a world whose clock and disk (of the lake; on S3, of the cache) the scenario bends: see <see cref="AmpCluster.World"/>.</summary>
    public bool BentWorld { get; init; }

    /// <summary>In a bent world, how fast the wall clock of a process is, by its name.</summary>
    public Func<string, TimeSpan> ClockOffset { get; init; } = _ => TimeSpan.Zero;

    /// <summary>Whether its processes live for minutes, as in a benchmark, and not for seconds.</summary>
    public bool IsLongLived { get; init; }

    /// <summary>Configuration of all services by key (<c>writer.segment_flush_interval_secs</c>).</summary>
    public IReadOnlyDictionary<string, string> Config { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
