namespace Amp.LocalPostgres.Processes;

/// <summary>What to run under a guard, and how it is to end.</summary>
public sealed record GuardedProcessSettings(string FileName, IReadOnlyList<string> Arguments)
{
    public string? WorkingDirectory { get; init; }

    /// <summary>Added to our own environment; a null value takes the variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>The signal that asks the process to end; <see cref="UnixSignal.Kill"/> follows after <see cref="GracePeriod"/>.</summary>
    public UnixSignal StopSignal { get; init; } = UnixSignal.Terminate;

    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A folder of no further use that the guard deletes when its owner died without a word.</summary>
    public string? RemoveOnOwnerDeath { get; init; }

    /// <summary>Receives each line of standard output (false) and standard error (true).</summary>
    public Action<string, bool>? OnLine { get; init; }
}
