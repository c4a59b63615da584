using System.CommandLine;
using Amp.Controller;
using Amp.ServiceDefaults;
using Amp.Shared.Options;

namespace Amp.Daemon.Commands;

/// <summary><c>ampd controller</c></summary>
public static class ControllerCommand
{
    public static Command Create()
    {
        var command = new Command("controller", "Runs the controller: the Admin API.");
        command.SetAction((parsed, _) => ServiceRunner.RunAsync(SettingsLoader.Load(ConfigOption.Request(parsed)), ControllerHost.Build));
        return command;
    }
}
