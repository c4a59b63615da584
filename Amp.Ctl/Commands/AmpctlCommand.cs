using System.CommandLine;
using Amp.Ctl.Commands.Dataset;
using Amp.Ctl.Commands.Lake;
using Amp.ServiceDefaults;

namespace Amp.Ctl.Commands;

/// <summary><c>ampctl</c>: the Admin API at a command line.</summary>
public static class AmpctlCommand
{
    public static RootCommand Create() => new("Administers Amp over the Admin API of its controller.")
    {
        GlobalOptions.AdminUrl,
        GlobalOptions.AuthToken,
        GlobalOptions.Json,
        DatasetCommand.Create(),
        LakeCommand.Create(),
        CompletionCommand.Create("ampctl"),
    };
}
