using Amp.Shared.Options;

namespace Amp.Query.Execution;

/// <summary>What queries may use. The names of the settings stand in the messages of those who hit a limit.</summary>
public sealed record QueryLimits
{
    /// <summary>The limits that the configuration sets, over the files of these folders.</summary>
    public static QueryLimits Of(AmpSettings settings, params IReadOnlyList<string> dataFolders) => new()
    {
        DataFolders = dataFolders,
        MaxMemMb = settings.MaxMemMb,
        QueryMaxMemMb = settings.QueryMaxMemMb,
        SpillFolder = settings.SpillLocation.Count > 0 ? settings.SpillLocation[0] : null,
        Timeout = TimeSpan.FromSeconds(settings.Query.TimeoutSecs),
        MaxRows = settings.Query.MaxRows,
        MaxConcurrent = settings.Query.MaxConcurrent,
        QueueLength = settings.Query.QueueLength,
        QueueWait = TimeSpan.FromSeconds(settings.Query.QueueWaitSecs),
    };

    /// <summary>Folders whose files the engine may open: the lake, and nothing else.</summary>
    public required IReadOnlyList<string> DataFolders { get; init; }

    /// <summary>MiB of all queries together; 0 = half of the memory that the process may use.</summary>
    public long MaxMemMb { get; init; }

    /// <summary>MiB of one query; 0 = its share of <see cref="MaxMemMb"/>.</summary>
    public long QueryMaxMemMb { get; init; }

    /// <summary>MiB that the process may use: the machine's, or those of its container.</summary>
    public long ProcessMemMb { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024);

    /// <summary>Where a query may spill to; null = it is refused instead.</summary>
    public string? SpillFolder { get; init; }

    /// <summary>From plan to last row; zero = no limit.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>Rows of one answer; 0 = no limit.</summary>
    public long MaxRows { get; init; }

    /// <summary>Queries that run at once.</summary>
    public int MaxConcurrent { get; init; } = 16;

    /// <summary>Queries that wait for their turn; the next one is refused.</summary>
    public int QueueLength { get; init; } = 32;

    /// <summary>How long a query waits for its turn before it is refused.</summary>
    public TimeSpan QueueWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Threads of one query.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>MiB of all queries together.</summary>
    public long MemoryOfAllMb => MaxMemMb > 0 ? MaxMemMb : Math.Max(1, ProcessMemMb / 2);

    /// <summary>MiB that one query's engine may use: its own limit, or its share of the common one.</summary>
    public long MemoryOfOneQueryMb =>
        QueryMaxMemMb > 0 ? Math.Min(QueryMaxMemMb, MemoryOfAllMb) : Math.Max(1, MemoryOfAllMb / MaxConcurrent);

    /// <summary>MiB that one query's functions may hold beside that: the engine does not count all of what they do.</summary>
    public long UncountedOfOneQueryMb => Math.Max(1, MemoryOfOneQueryMb / 2);

    /// <summary>Bytes of a query's rows that may wait for its client, or be in its hands.</summary>
    public long WaitingBytes => Math.Min(16L << 20, (MemoryOfOneQueryMb << 20) / 4);

    /// <summary>Queries that run at once, with <see cref="MemoryOfAllMb"/> kept even when each uses all that it may.</summary>
    public int Slots => (int)Math.Clamp(MemoryOfAllMb / MemoryOfOneQueryMb, 1, MaxConcurrent);
}
