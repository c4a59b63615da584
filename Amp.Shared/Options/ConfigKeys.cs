namespace Amp.Shared.Options;

/// <summary>Every key of the configuration, in the order of the generated page. Parsing, checking, showing and documenting all read this table.</summary>
public static class ConfigKeys
{
    private const string Streaming = "streaming queries";

    public static ConfigKey<string> DataDir { get; } = new("data_dir", ConfigTypes.Store, "data",
        "Root of the lake: where workers write the Parquet files and servers read them.");

    public static ConfigKey<string> CacheDir { get; } = new("cache_dir", ConfigTypes.Folder, "cache",
        "Folder on a disk of this machine for files of a lake in a bucket: a server's copies, and what a worker has under construction. Not used where `data_dir` is a folder.");

    public static ConfigKey<long> CacheMaxMb { get; } = new("cache_max_mb", ConfigTypes.LongCount(1), "10240",
        "Disk, in MiB, that the copies of one server may take; those that no query reads leave first, the least recently used of them before others. A query needs room for all the files that it reads.");

    public static ConfigKey<string> ProvidersDir { get; } = new("providers_dir", ConfigTypes.Store, "providers",
        "Folder or bucket of the provider files (`NAME.toml`), read anew whenever a provider is used.");

    public static ConfigKey<string> ManifestsDir { get; } = new("manifests_dir", ConfigTypes.Store, "manifests",
        "Folder or bucket of manifests (`NAMESPACE/NAME[@VERSION].json`) that the controller registers when it starts.");

    public static ConfigKey<ListenAddress> FlightAddr { get; } = new("flight_addr", ConfigTypes.Address, "0.0.0.0:1602",
        "Where a server answers Arrow Flight.");

    public static ConfigKey<ListenAddress> JsonlAddr { get; } = new("jsonl_addr", ConfigTypes.Address, "0.0.0.0:1603",
        "Where a server answers JSON Lines over HTTP.");

    public static ConfigKey<ListenAddress> AdminAddr { get; } = new("admin_addr", ConfigTypes.Address, "0.0.0.0:1610",
        "Where the controller answers the Admin API.")
    { Aliases = ["admin_api_addr"] };

    public static ConfigKey<IReadOnlyList<string>> AdminCorsOrigins { get; } = new("admin_cors_origins", ConfigTypes.Origins, "",
        "Origins whose pages may call the Admin API from a browser, beside those of its own address.");

    public static ConfigKey<ListenAddress?> WorkerHealthAddr { get; } = new("worker_health_addr", ConfigTypes.OptionalAddress, "",
        "Where a worker answers `/healthz`, `/livez` and `/readyz`; empty = nowhere.");

    public static ConfigKey<int> WorkerSlots { get; } = new("worker_slots", ConfigTypes.Count(0, 1024), "0",
        "Block ranges that a worker extracts at once; 0 = one for each core, at most 4. Heads of continuous jobs take none and come on top.");

    public static ConfigKey<long> MaxMemMb { get; } = new("max_mem_mb", ConfigTypes.LongCount(0), "0",
        "Memory, in MiB, that all queries of a server may use together; 0 = half of what the machine, or the container, gives to the process.");

    public static ConfigKey<long> QueryMaxMemMb { get; } = new("query_max_mem_mb", ConfigTypes.LongCount(0), "0",
        "Memory, in MiB, that one query may use; 0 = an equal share of `max_mem_mb` for each of `query_max_concurrent` queries.");

    public static ConfigKey<IReadOnlyList<string>> SpillLocation { get; } = new("spill_location", ConfigTypes.Folders, "",
        "Folders that a query may spill to when its memory does not suffice; none = it is refused instead.");

    public static ConfigKey<double> QueryTimeoutSecs { get; } = new("query_timeout_secs", ConfigTypes.Seconds(0), "3600",
        "Seconds from the plan of a query to its last row; 0 = no limit.");

    public static ConfigKey<long> QueryMaxRows { get; } = new("query_max_rows", ConfigTypes.LongCount(0), "0",
        "Rows of one answer; 0 = no limit.");

    public static ConfigKey<int> QueryMaxConcurrent { get; } = new("query_max_concurrent", ConfigTypes.Count(1, 1024), "16",
        "Queries that a server runs at once; fewer when `max_mem_mb` does not hold as many of `query_max_mem_mb`.");

    public static ConfigKey<int> QueryQueueLength { get; } = new("query_queue_length", ConfigTypes.Count(0, 100_000), "32",
        "Queries that wait for their turn; the next one is refused.");

    public static ConfigKey<double> QueryQueueWaitSecs { get; } = new("query_queue_wait_secs", ConfigTypes.Seconds(0), "2",
        "Seconds that a query waits for its turn before it is refused.");

    public static ConfigKey<double> PollIntervalSecs { get; } = new("poll_interval_secs", ConfigTypes.Seconds(0.01), "1.0",
        "How often the head of a chain is asked for; where a provider announces new blocks over a WebSocket, five times as long lies between.");

    public static ConfigKey<long> MicrobatchMaxInterval { get; } = new("microbatch_max_interval", ConfigTypes.LongCount(1), "100000",
        "Most blocks that one step of a derived dataset takes.")
    { ComesWith = "derived datasets" };

    public static ConfigKey<long> ServerMicrobatchMaxInterval { get; } = new("server_microbatch_max_interval", ConfigTypes.LongCount(1), "1000",
        "Most blocks that one step of a streaming query takes.")
    { ComesWith = Streaming };

    public static ConfigKey<double> KeepAliveInterval { get; } = new("keep_alive_interval", ConfigTypes.Seconds(0), "30",
        "Seconds without data after which a streaming query sends an empty message; 0 = never.")
    { ComesWith = Streaming };

    public static ConfigKey<string> DatabaseUrl { get; } = new("metadata_db.url", ConfigTypes.Database, "",
        "The metadata database: a `postgresql://` URL or an Npgsql connection string. Required, but for `ampd solo`, which runs its own. "
        + "Where the key is absent, the variable `ConnectionStrings__amp` serves.")
    { Aliases = ["metadata_db_url"], IsSecret = true };

    public static ConfigKey<int> PoolSize { get; } = new("metadata_db.pool_size", ConfigTypes.Count(2, 1000), "10",
        "Most connections of one process.");

    public static ConfigKey<int> MinConnections { get; } = new("metadata_db.min_connections", ConfigTypes.Count(0, 1000), "0",
        "Connections that are kept open when idle; at most `metadata_db.pool_size`.");

    public static ConfigKey<int> MaxLifetimeSecs { get; } = new("metadata_db.max_lifetime_secs", ConfigTypes.Count(0), "1800",
        "Age at which a connection is replaced; 0 = never.");

    public static ConfigKey<int> IdleTimeoutSecs { get; } = new("metadata_db.idle_timeout_secs", ConfigTypes.Count(1), "600",
        "Idle seconds after which a connection is closed.");

    public static ConfigKey<bool> AutoMigrate { get; } = new("metadata_db.auto_migrate", ConfigTypes.Bool, "true",
        "Whether a service that finds an older database brings it up to date when it starts; otherwise it refuses to start and says what to run.");

    public static ConfigKey<ParquetCompression> Compression { get; } = new("writer.compression", ConfigTypes.Compression, "zstd(1)",
        "Codec of the Parquet files.");

    public static ConfigKey<bool> BloomFilters { get; } = new("writer.bloom_filters", ConfigTypes.BloomFilters, "false",
        "Whether Parquet files get bloom filters. `true` is refused: the encoder of this version does not write them.");

    public static ConfigKey<long> CacheSizeMb { get; } = new("writer.cache_size_mb", ConfigTypes.LongCount(0), "1024",
        "Memory, in MiB, for the footers of Parquet files that the compactor looks at; it looks at fewer at once where they do not fit. 0 = no limit.");

    public static ConfigKey<int> MaxRowGroupMb { get; } = new("writer.max_row_group_mb", ConfigTypes.Count(1, 65536), "512",
        "Size, in MiB, at which a row group ends; it also ends at 1 048 576 rows.");

    public static ConfigKey<double> SegmentFlushIntervalSecs { get; } = new("writer.segment_flush_interval_secs", ConfigTypes.Seconds(0.01), "600",
        "Age at which an open segment is closed, whether or not a block arrives.");

    public static ConfigKey<long> SegmentBytes { get; } = new("writer.bytes", ConfigTypes.LongCount(1), "2147483648",
        "Size, in bytes, at which a segment is closed.");

    public static ConfigKey<long> SegmentRows { get; } = new("writer.rows", ConfigTypes.LongCount(0), "0",
        "Rows at which a segment is closed; 0 = no limit.");

    public static ConfigKey<SegmentOverflow> Overflow { get; } = new("writer.overflow", ConfigTypes.Overflow, "1",
        "Factor by which a merged segment may pass `writer.bytes` and `writer.rows`.");

    public static ConfigKey<bool> CompactorActive { get; } = Compactor("active", ConfigTypes.Bool, "false",
        "Whether this worker merges small segments.");

    public static ConfigKey<int> CompactorMetadataConcurrency { get; } = Compactor("metadata_concurrency", ConfigTypes.Count(1, 1024), "2",
        "Footers of segments that are looked at at once, before a merge of them begins.");

    public static ConfigKey<int> CompactorWriteConcurrency { get; } = Compactor("write_concurrency", ConfigTypes.Count(1, 1024), "2",
        "Merged segments that one worker writes at once, beside what it extracts.");

    public static ConfigKey<double> CompactorMinInterval { get; } = Compactor("min_interval", ConfigTypes.Seconds(0), "1.0",
        "Seconds between two looks of one worker for something to merge.");

    public static ConfigKey<double> CompactorCooldown { get; } = Compactor("cooldown_duration", ConfigTypes.Seconds(0), "1024.0",
        "Seconds for which a segment takes part in no merge after it was registered, unless `max_eager_generation` says otherwise.");

    public static ConfigKey<long> CompactorMaxEagerGeneration { get; } = Compactor("max_eager_generation", ConfigTypes.LongCount(-1), "0",
        "Segments up to this generation are merged whatever their age; 0 = those that were never merged, -1 = none.");

    public static ConfigKey<bool> CollectorActive { get; } = Collector("active", ConfigTypes.Bool, "false",
        "Whether this worker deletes the files of retired segments, which a merge or a prune has taken out of sight, and uploads that were announced and never registered, as a killed worker leaves them.");

    public static ConfigKey<double> CollectorMinInterval { get; } = Collector("min_interval", ConfigTypes.Seconds(0), "30.0",
        "Least seconds between two rounds of one worker.");

    public static ConfigKey<double> CollectorDeletionLock { get; } = Collector("deletion_lock_duration", ConfigTypes.Seconds(0), "1800.0",
        "Seconds for which the file of a segment stays after it was retired, so that queries that began before can read it to their end; also the least age of the announcement of an upload that is deleted when its lease is gone.");

    public static ConfigKey<Uri?> TraceUrl { get; } = new("opentelemetry.trace_url", ConfigTypes.OptionalHttpUrl, "",
        "Where traces are sent by OTLP: gRPC, or HTTP when the URL has a path such as `/v1/traces`. Empty = as `OTEL_EXPORTER_OTLP_ENDPOINT` says, or nowhere.")
    { IsSecret = true };

    public static ConfigKey<Uri?> MetricsUrl { get; } = new("opentelemetry.metrics_url", ConfigTypes.OptionalHttpUrl, "",
        "Where metrics are sent by OTLP; as for traces, with a path such as `/v1/metrics` for HTTP.")
    { IsSecret = true };

    public static ConfigKey<double> MetricsExportIntervalSecs { get; } = new("opentelemetry.metrics_export_interval_secs", ConfigTypes.Seconds(0.1), "60",
        "How often metrics are sent.");

    public static ConfigKey<double> TraceRatio { get; } = new("opentelemetry.trace_ratio", ConfigTypes.Ratio, "1.0",
        "Share of traces that are kept.");

    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        DataDir, ProvidersDir, ManifestsDir, CacheDir, CacheMaxMb, FlightAddr, JsonlAddr, AdminAddr, AdminCorsOrigins, WorkerHealthAddr, WorkerSlots, MaxMemMb, QueryMaxMemMb, SpillLocation,
        QueryTimeoutSecs, QueryMaxRows, QueryMaxConcurrent, QueryQueueLength, QueryQueueWaitSecs,
        PollIntervalSecs, MicrobatchMaxInterval, ServerMicrobatchMaxInterval, KeepAliveInterval,
        DatabaseUrl, PoolSize, MinConnections, MaxLifetimeSecs, IdleTimeoutSecs, AutoMigrate,
        Compression, BloomFilters, CacheSizeMb, MaxRowGroupMb, SegmentFlushIntervalSecs, SegmentBytes, SegmentRows, Overflow,
        CompactorActive, CompactorMetadataConcurrency, CompactorWriteConcurrency, CompactorMinInterval, CompactorCooldown, CompactorMaxEagerGeneration,
        CollectorActive, CollectorMinInterval, CollectorDeletionLock,
        TraceUrl, MetricsUrl, MetricsExportIntervalSecs, TraceRatio,
    ];

    private static readonly Dictionary<string, ConfigKey> _byName =
        All.SelectMany(key => key.Aliases.Prepend(key.Name).Select(name => (name, key))).ToDictionary(p => p.name, p => p.key, StringComparer.OrdinalIgnoreCase);

    /// <summary>The key of a name or alias, in any case; null when there is none.</summary>
    public static ConfigKey? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Whether keys lie under this name.</summary>
    public static bool IsSection(string name) => _byName.Keys.Any(known =>
        known.Length > name.Length && known[name.Length] == '.' && known.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The known name that is closest to an unknown one; the last part counts alone too, for a key in the wrong section.</summary>
    public static string Nearest(string name)
    {
        var last = LastPart(name);
        return _byName.Keys.MinBy(known => Math.Min(
            NearestName.Distance(name.ToLowerInvariant(), known),
            NearestName.Distance(last.ToLowerInvariant(), LastPart(known)) + 1))!;
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];

    private static ConfigKey<T> Compactor<T>(string name, ConfigType<T> type, string value, string description) =>
        new("writer.compactor." + name, type, value, description);

    private static ConfigKey<T> Collector<T>(string name, ConfigType<T> type, string value, string description) =>
        new("writer.collector." + name, type, value, description) { Aliases = ["writer.garbage_collector." + name] };
}
