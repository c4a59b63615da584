namespace Amp.Shared.Options;

/// <summary><c>[writer.compactor]</c>; durations in seconds.</summary>
public sealed record CompactorSettings(
    bool Active,
    int MetadataConcurrency,
    int WriteConcurrency,
    double MinInterval,
    double CooldownDuration,
    long MaxEagerGeneration);
