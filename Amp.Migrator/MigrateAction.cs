using System.CommandLine;
using Amp.ServiceDefaults;
using Amp.Shared.Options;

namespace Amp.Migrator;

/// <summary>What <c>ampd migrate</c> and the migrator by itself do.</summary>
public static class MigrateAction
{
    public static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var signals = new StopSignals();
        var settings = SettingsLoader.Load(ConfigOption.Request(parsed));
        var applied = await MigrationRunner.RunAsync(settings.MetadataDb, signals.Stopping);
        var output = parsed.InvocationConfiguration.Output;
        foreach (var script in applied)
            await output.WriteLineAsync("ran " + script);
        await output.WriteLineAsync(applied.Count == 0
            ? $"the database {settings.MetadataDb} is up to date"
            : $"the database {settings.MetadataDb} is now at {applied[^1]}");
        return AmpProgram.Success;
    }
}
