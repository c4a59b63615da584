using Microsoft.Extensions.Logging;

namespace Amp.Shared.Options;

/// <summary>The effective configuration: read once, validated, immutable. Every value stands in <see cref="ConfigKeys"/>.</summary>
public sealed record AmpSettings
{
    /// <summary>Full path of the configuration file; null when there is none.</summary>
    public required string? ConfigFile { get; init; }

    /// <summary>Where relative paths start: the folder of the configuration file, or the current one.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>Root of the lake: an absolute path, or the URL of a bucket and prefix; likewise the next two.</summary>
    public required string DataDir { get; init; }

    public required string ProvidersDir { get; init; }

    public required string ManifestsDir { get; init; }

    /// <summary>How buckets are reached; null where none of the three is one.</summary>
    public required ObjectStorageSettings? ObjectStorage { get; init; }

    /// <summary>Where files of a lake in a bucket lie on this machine, an absolute path.</summary>
    public required string CacheDir { get; init; }

    /// <summary>What a server's copies may take there.</summary>
    public required long CacheMaxMb { get; init; }

    public required ListenAddress FlightAddr { get; init; }

    public required ListenAddress JsonlAddr { get; init; }

    public required ListenAddress AdminAddr { get; init; }

    /// <summary>Origins whose pages may call the Admin API.</summary>
    public required IReadOnlyList<string> AdminCorsOrigins { get; init; }

    /// <summary>Where a worker answers its health requests; null = nowhere.</summary>
    public required ListenAddress? WorkerHealthAddr { get; init; }

    /// <summary>Block ranges that a worker extracts at once; 0 = by its cores.</summary>
    public required int WorkerSlots { get; init; }

    /// <summary>Memory of all queries of a server together; 0 = the engine's own choice.</summary>
    public required long MaxMemMb { get; init; }

    /// <summary>Memory of one query; 0 = no limit of its own.</summary>
    public required long QueryMaxMemMb { get; init; }

    /// <summary>Folders that a query may spill to; none = no spilling.</summary>
    public required IReadOnlyList<string> SpillLocation { get; init; }

    /// <summary>What one query, and all of them, may use beside memory.</summary>
    public required QuerySettings Query { get; init; }

    public required double PollIntervalSecs { get; init; }

    public required long MicrobatchMaxInterval { get; init; }

    public required long ServerMicrobatchMaxInterval { get; init; }

    public required double KeepAliveInterval { get; init; }

    public required MetadataDbSettings MetadataDb { get; init; }

    public required WriterSettings Writer { get; init; }

    public required OpenTelemetrySettings OpenTelemetry { get; init; }

    /// <summary>Least severity that is logged; as AMP_LOG says.</summary>
    public required LogLevel LogLevel { get; init; }

    public TimeSpan PollInterval => TimeSpan.FromSeconds(PollIntervalSecs);
}
