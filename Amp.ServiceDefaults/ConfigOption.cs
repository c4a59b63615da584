using System.CommandLine;
using Amp.Shared.Options;

namespace Amp.ServiceDefaults;

/// <summary><c>--config FILE</c>, before or after a subcommand.</summary>
public static class ConfigOption
{
    private const string Name = "--config";

    public static Option<string?> Create() => new(Name)
    {
        HelpName = "FILE",
        Description = $"Configuration file (TOML); otherwise as {ConfigVariables.File} names it. Its keys: docs/configuration.md.",
        Recursive = true,
    };

    /// <summary>Where the configuration of this process comes from.</summary>
    public static SettingsRequest Request(ParseResult parsed) => SettingsRequest.OfThisProcess(parsed.GetValue<string?>(Name));
}
