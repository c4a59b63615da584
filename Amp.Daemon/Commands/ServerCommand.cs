using System.CommandLine;
using Amp.Server;
using Amp.ServiceDefaults;
using Amp.Shared.Options;

namespace Amp.Daemon.Commands;

/// <summary><c>ampd server [--flight-server] [--jsonl-server]</c></summary>
public static class ServerCommand
{
    public static Command Create()
    {
        var command = new Command("server", "Runs a server: answers SQL over Arrow Flight and JSON Lines.");
        foreach (var option in ServerWiresOptions.Create())
            command.Add(option);
        command.SetAction((parsed, _) =>
        {
            var wires = ServerWiresOptions.Read(parsed);
            return ServiceRunner.RunAsync(SettingsLoader.Load(ConfigOption.Request(parsed)), settings => ServerHost.Build(settings, wires));
        });
        return command;
    }
}
