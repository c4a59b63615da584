namespace Amp.Shared.Options;

/// <summary>What the configuration of a process is read from.</summary>
public sealed record SettingsRequest
{
    /// <summary>As <c>--config</c> names it; null = as AMP_CONFIG names it, or none.</summary>
    public string? ConfigFile { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string CurrentFolder { get; init; }

    /// <summary>Where the default folders lie when there is no configuration file; null = in the current folder.</summary>
    public string? DefaultFolder { get; init; }

    /// <summary>False where the database is our own or not used.</summary>
    public bool NeedsDatabase { get; init; } = true;

    /// <summary>This process's environment and folder.</summary>
    public static SettingsRequest OfThisProcess(string? configFile = null)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
            environment[(string)entry.Key] = (string?)entry.Value ?? "";
        return new SettingsRequest { ConfigFile = configFile, Environment = environment, CurrentFolder = Directory.GetCurrentDirectory() };
    }

}
