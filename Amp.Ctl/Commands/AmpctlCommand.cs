using System.CommandLine;
using Amp.Ctl.Commands.Audit;
using Amp.Ctl.Commands.Dataset;
using Amp.Ctl.Commands.Job;
using Amp.Ctl.Commands.Lake;
using Amp.Ctl.Commands.Manifest;
using Amp.Ctl.Commands.Provider;
using Amp.Ctl.Commands.Query;
using Amp.Ctl.Commands.Table;
using Amp.Ctl.Commands.Worker;
using Amp.ServiceDefaults;

namespace Amp.Ctl.Commands;

/// <summary><c>ampctl</c>: the Admin API at a command line.</summary>
public static class AmpctlCommand
{
    public static RootCommand Create() => new("Administers Amp over the Admin API of its controller, and asks its servers.")
    {
        GlobalOptions.AdminUrl,
        GlobalOptions.AuthToken,
        GlobalOptions.Json,
        DatasetCommand.Create(),
        JobCommand.Create(),
        ManifestCommand.Create(),
        ProviderCommand.Create(),
        TableCommand.Create(),
        WorkerCommand.Create(),
        LakeCommand.Create(),
        AuditCommand.Create(),
        QueryCommand.Create(),
        CompletionCommand.Create("ampctl"),
    };
}
