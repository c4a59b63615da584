using System.CommandLine;
using Amp.ServiceDefaults;
using Amp.Shared.Options;
using Amp.Worker;

namespace Amp.Daemon.Commands;

/// <summary><c>ampd worker --node-id ID</c></summary>
public static class WorkerCommand
{
    public static Command Create()
    {
        var command = new Command("worker", "Runs a worker: fetches blocks and writes segments.") { NodeIdOption.Create() };
        command.SetAction((parsed, _) =>
        {
            var nodeId = NodeIdOption.Read(parsed);
            return ServiceRunner.RunAsync(SettingsLoader.Load(ConfigOption.Request(parsed)), settings => WorkerHost.Build(settings, nodeId));
        });
        return command;
    }
}
