using System.CommandLine;
using Amp.ServiceDefaults;

namespace Amp.Daemon.Commands;

/// <summary><c>ampd</c>: every service of the system in one executable.</summary>
public static class AmpdCommand
{
    public static RootCommand Create() => new("Blockchain data as Parquet, answered by SQL: all services in one executable.")
    {
        ConfigOption.Create(),
        SoloCommand.Create(),
        ServerCommand.Create(),
        WorkerCommand.Create(),
        ControllerCommand.Create(),
        MigrateCommand.Create(),
        ConfigCommand.Create(),
        FunctionsCommand.Create(),
        CompletionCommand.Create("ampd"),
    };
}
