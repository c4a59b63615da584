using Microsoft.Extensions.Configuration;

namespace Amp.Shared.Options;

/// <summary>Turns configuration text into typed, checked records, noting every bad value on the way.</summary>
internal sealed class SettingsReader(IConfiguration configuration, IReadOnlyDictionary<ConfigKey, ConfigValue> given, ConfigProblems problems)
{
    public AmpSettings Read(string? file, SettingsRequest request)
    {
        var baseFolder = file is null ? request.CurrentFolder : Path.GetDirectoryName(file)!;
        var (data, providers, manifests) = (
            Folder(ConfigKeys.DataDir, baseFolder, file, request),
            Folder(ConfigKeys.ProvidersDir, baseFolder, file, request),
            Folder(ConfigKeys.ManifestsDir, baseFolder, file, request));
        (string Setting, string Address)[] stores = [(ConfigKeys.DataDir.Name, data), (ConfigKeys.ProvidersDir.Name, providers), (ConfigKeys.ManifestsDir.Name, manifests)];
        var settings = new AmpSettings
        {
            ConfigFile = file,
            BaseFolder = baseFolder,
            DataDir = data,
            ProvidersDir = providers,
            ManifestsDir = manifests,
            ObjectStorage = ObjectStorageVariables.Read(request.Environment, [.. stores.Where(s => StoreAddress.IsBucket(s.Address))], problems),
            CacheDir = Folder(ConfigKeys.CacheDir, baseFolder, file, request),
            CacheMaxMb = Value(ConfigKeys.CacheMaxMb),
            FlightAddr = Value(ConfigKeys.FlightAddr),
            JsonlAddr = Value(ConfigKeys.JsonlAddr),
            AdminAddr = Value(ConfigKeys.AdminAddr),
            AdminCorsOrigins = Value(ConfigKeys.AdminCorsOrigins) ?? [],
            WorkerHealthAddr = Value(ConfigKeys.WorkerHealthAddr),
            WorkerSlots = Value(ConfigKeys.WorkerSlots),
            MaxMemMb = Value(ConfigKeys.MaxMemMb),
            QueryMaxMemMb = Value(ConfigKeys.QueryMaxMemMb),
            SpillLocation = [.. (Value(ConfigKeys.SpillLocation) ?? []).Select(folder => Path.GetFullPath(folder, baseFolder))],
            Query = new QuerySettings(
                Value(ConfigKeys.QueryTimeoutSecs), Value(ConfigKeys.QueryMaxRows), Value(ConfigKeys.QueryMaxConcurrent),
                Value(ConfigKeys.QueryQueueLength), Value(ConfigKeys.QueryQueueWaitSecs)),
            PollIntervalSecs = Value(ConfigKeys.PollIntervalSecs),
            MicrobatchMaxInterval = Value(ConfigKeys.MicrobatchMaxInterval),
            ServerMicrobatchMaxInterval = Value(ConfigKeys.ServerMicrobatchMaxInterval),
            KeepAliveInterval = Value(ConfigKeys.KeepAliveInterval),
            MetadataDb = ReadDatabase(request.NeedsDatabase),
            Writer = ReadWriter(),
            OpenTelemetry = new OpenTelemetrySettings(
                Value(ConfigKeys.TraceUrl), Value(ConfigKeys.MetricsUrl), Value(ConfigKeys.MetricsExportIntervalSecs), Value(ConfigKeys.TraceRatio)),
            LogLevel = LogWords.Read(request.Environment, problems),
        };
        if (settings.MaxMemMb > 0 && settings.QueryMaxMemMb > settings.MaxMemMb)
            problems.Add($"{ConfigKeys.QueryMaxMemMb.Name} is {settings.QueryMaxMemMb}; allowed: at most {ConfigKeys.MaxMemMb.Name}, which is {settings.MaxMemMb}");
        return settings;
    }

    private MetadataDbSettings ReadDatabase(bool needed)
    {
        var url = given.ContainsKey(ConfigKeys.DatabaseUrl) ? Value(ConfigKeys.DatabaseUrl) : "";
        if (needed && !given.ContainsKey(ConfigKeys.DatabaseUrl))
        {
            problems.Add($"{ConfigKeys.DatabaseUrl.Name} is not set; write it into the configuration file or into {ConfigKeys.DatabaseUrl.Variable}; "
                + $"allowed: {ConfigKeys.DatabaseUrl.Allowed}");
        }

        var pool = Value(ConfigKeys.PoolSize);
        var least = Value(ConfigKeys.MinConnections);
        if (pool > 0 && least > pool)
            problems.Add($"{ConfigKeys.MinConnections.Name} is {least}; allowed: at most {ConfigKeys.PoolSize.Name}, which is {pool}");
        return new MetadataDbSettings(url ?? "", pool, least, Value(ConfigKeys.MaxLifetimeSecs), Value(ConfigKeys.IdleTimeoutSecs), Value(ConfigKeys.AutoMigrate));
    }

    private WriterSettings ReadWriter() => new(
        Value(ConfigKeys.Compression),
        Value(ConfigKeys.BloomFilters),
        Value(ConfigKeys.CacheSizeMb),
        Value(ConfigKeys.MaxRowGroupMb),
        Value(ConfigKeys.SegmentFlushIntervalSecs),
        Value(ConfigKeys.SegmentBytes),
        Value(ConfigKeys.SegmentRows),
        Value(ConfigKeys.Overflow),
        new CompactorSettings(
            Value(ConfigKeys.CompactorActive),
            Value(ConfigKeys.CompactorMetadataConcurrency),
            Value(ConfigKeys.CompactorWriteConcurrency),
            Value(ConfigKeys.CompactorMinInterval),
            Value(ConfigKeys.CompactorCooldown),
            Value(ConfigKeys.CompactorMaxEagerGeneration)),
        new CollectorSettings(
            Value(ConfigKeys.CollectorActive),
            Value(ConfigKeys.CollectorMinInterval),
            Value(ConfigKeys.CollectorDeletionLock)));

    private string Folder(ConfigKey<string> key, string baseFolder, string? file, SettingsRequest request)
    {
        var text = Value(key);
        if (text is null)
            return baseFolder;
        var start = given.ContainsKey(key) || file is not null ? baseFolder : request.DefaultFolder ?? baseFolder;
        return StoreAddress.Resolve(text, start);
    }

    // A bad value is noted as a problem and yields the type's default, which nobody sees: the load ends with the problems.
    private T Value<T>(ConfigKey<T> key)
    {
        var isGiven = given.TryGetValue(key, out var value);
        IReadOnlyList<string> texts = !isGiven ? (key.IsList && key.Default.Length == 0 ? [] : [key.Default])
            : key.IsList ? [.. configuration.GetSection(key.Path).GetChildren().Select(child => child.Value ?? "")]
            : [configuration[key.Path] ?? ""];
        try
        {
            return key.Type.Read(texts);
        }
        catch (FormatException e) when (isGiven)
        {
            problems.AddBad(key, texts, value!.Source, e.Message);
            return default!;
        }
    }
}
