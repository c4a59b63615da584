using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset inspect DATASET</c></summary>
internal static class InspectDataset
{
    public static Command Create() => AdminCommand.Inspect("inspect", "Tells what a revision of a dataset is.", DatasetArgument.Create(), ApiPath.Of);
}
