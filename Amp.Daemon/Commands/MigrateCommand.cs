using System.CommandLine;
using Amp.Migrator;

namespace Amp.Daemon.Commands;

/// <summary><c>ampd migrate</c></summary>
public static class MigrateCommand
{
    public static Command Create()
    {
        var command = new Command("migrate", "Brings the metadata database to the schema of this version, and ends.");
        command.SetAction(MigrateAction.RunAsync);
        return command;
    }
}
