namespace Amp.Shared.Lake.Stores;

/// <summary>How long an S3 store is waited for before its fault is told.</summary>
public sealed record S3Patience
{
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Of one request to its last byte sent and first byte received; the largest is a part of 16 MiB.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>An answer of which nothing more comes for so long is given up, and asked for again.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>With the pauses of the SDK's standard mode (exponential, with jitter, at most 20 s) a store may be away for some seconds before anyone hears of it.</summary>
    public int Retries { get; init; } = 4;
}
