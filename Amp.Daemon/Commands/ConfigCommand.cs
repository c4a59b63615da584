using System.CommandLine;
using Amp.Daemon.Configuration;
using Amp.ServiceDefaults;
using Amp.Shared.Options;

namespace Amp.Daemon.Commands;

/// <summary><c>ampd config check</c> and <c>ampd config docs</c></summary>
public static class ConfigCommand
{
    public static Command Create() => new("config", "Shows what the configuration is, or could be.") { Check(), Docs() };

    private static Command Check()
    {
        var command = new Command("check", "Checks the configuration and prints the effective one, secrets hidden.");
        command.SetAction(parsed =>
        {
            // Not every command needs a database, so its absence is remarked on, not refused.
            var effective = SettingsLoader.LoadEffective(ConfigOption.Request(parsed) with { NeedsDatabase = false });
            EffectivePage.Write(effective, parsed.InvocationConfiguration.Output);
            return AmpProgram.Success;
        });
        return command;
    }

    private static Command Docs()
    {
        var command = new Command("docs", "Prints the page of all keys, docs/configuration.md.");
        command.SetAction(parsed =>
        {
            ConfigurationPage.Write(parsed.InvocationConfiguration.Output);
            return AmpProgram.Success;
        });
        return command;
    }
}
