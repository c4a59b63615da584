namespace Amp.Shared.Options;

/// <summary><c>[writer.collector]</c>; durations in seconds.</summary>
public sealed record CollectorSettings(bool Active, double MinInterval, double DeletionLockDuration);
