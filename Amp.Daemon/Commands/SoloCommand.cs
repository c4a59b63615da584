using System.CommandLine;
using Amp.Controller;
using Amp.LocalPostgres;
using Amp.Migrator;
using Amp.Server;
using Amp.ServiceDefaults;
using Amp.Shared.Options;
using Amp.Worker;

namespace Amp.Daemon.Commands;

/// <summary><c>ampd solo</c>: everything in one process, with a PostgreSQL of its own, without a configuration.</summary>
public static class SoloCommand
{
    private const string NodeId = "solo";
    private const string ConfigName = "config.toml";

    public static Command Create()
    {
        var folder = new Option<string>("--amp-dir")
        {
            HelpName = "FOLDER",
            Description = $"Where all of it lies: PostgreSQL, lake, providers, manifests, and {ConfigName} if there is one.",
            DefaultValueFactory = _ => ".amp",
        };
        var command = new Command("solo", "Runs everything in this process, with a PostgreSQL of its own.") { folder };
        command.Aliases.Add("dev");
        command.SetAction((parsed, _) => RunAsync(ConfigOption.Request(parsed), parsed.GetRequiredValue(folder), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static async Task<int> RunAsync(SettingsRequest request, string ampDir, TextWriter output)
    {
        using var signals = new StopSignals();
        ampDir = Path.GetFullPath(ampDir);
        var settings = SettingsLoader.Load(Complete(request, ampDir));
        foreach (var folder in new[] { settings.DataDir, settings.ProvidersDir, settings.ManifestsDir }.Where(f => !StoreAddress.IsBucket(f)))
            Directory.CreateDirectory(folder);
        try
        {
            if (settings.MetadataDb.ConnectionString.Length > 0)
            {
                await RunServicesAsync(settings, output, signals.Stopping);
            }
            else
            {
                await using var postgres = await PostgresCluster.StartAsync(Path.Combine(ampDir, "postgres"), signals.Stopping);
                await postgres.EnsureDatabaseAsync("amp", signals.Stopping);
                await RunServicesAsync(settings with { MetadataDb = settings.MetadataDb with { ConnectionString = postgres.ConnectionString("amp") } }, output, signals.Stopping);
            }
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            // The signal came while PostgreSQL was starting: a stop in good order too.
        }

        return AmpProgram.Success;
    }

    private static SettingsRequest Complete(SettingsRequest request, string ampDir)
    {
        var own = Path.Combine(ampDir, ConfigName);
        var isNamed = request.ConfigFile is not null || request.Environment.GetValueOrDefault(ConfigVariables.File) is { Length: > 0 };
        return request with
        {
            ConfigFile = isNamed || !File.Exists(own) ? request.ConfigFile : own,
            DefaultFolder = ampDir,
            NeedsDatabase = false,
        };
    }

    private static async Task RunServicesAsync(AmpSettings settings, TextWriter output, CancellationToken stopping)
    {
        await MigrationRunner.RunAsync(settings.MetadataDb, stopping);
        await using var controller = ControllerHost.Build(settings);
        await using var server = ServerHost.Build(settings, ServerWires.Both);
        await using var worker = WorkerHost.Build(settings, NodeId);
        await ServiceRunner.RunAsync([controller, server, worker], stopping, () =>
        {
            output.WriteLine($"Admin API   http://{settings.AdminAddr}");
            output.WriteLine($"JSON Lines  http://{settings.JsonlAddr}");
            output.WriteLine($"Flight      grpc://{settings.FlightAddr}");
            output.WriteLine($"Lake        {settings.DataDir}");
            output.WriteLine($"Providers   {settings.ProvidersDir}");
            output.WriteLine("Ready; Ctrl-C stops.");
        });
    }
}
