namespace Amp.TestKit.Processes;

/// <summary>A process of ours as a test starts it.</summary>
/// <param name="Name">Shown in messages.</param>
/// <param name="Assembly">The built <c>.dll</c>.</param>
public sealed record ServiceProcessSettings(string Name, string Assembly)
{
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    public string? WorkingDirectory { get; init; }

    /// <summary>Answers 2xx when the process is ready; null when being started is all there is to wait for.</summary>
    public Uri? ReadyUrl { get; init; }

    /// <summary>Printed by the process when it is ready, where there is no address to ask.</summary>
    public string? ReadyLine { get; init; }

    public TimeSpan StartDeadline { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Deleted by the guard when the test process dies.</summary>
    public string? RemoveOnOwnerDeath { get; init; }
}
