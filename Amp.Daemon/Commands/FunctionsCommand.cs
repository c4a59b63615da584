using System.CommandLine;
using Amp.Query.Functions;
using Amp.ServiceDefaults;

namespace Amp.Daemon.Commands;

/// <summary><c>ampd functions</c></summary>
public static class FunctionsCommand
{
    public static Command Create()
    {
        var command = new Command("functions", "Prints the functions that queries may call, docs/functions.md.");
        command.SetAction(parsed =>
        {
            FunctionsPage.Write(parsed.InvocationConfiguration.Output);
            return AmpProgram.Success;
        });
        return command;
    }
}
