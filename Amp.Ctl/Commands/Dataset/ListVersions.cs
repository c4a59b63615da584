using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset versions DATASET</c></summary>
internal static class ListVersions
{
    public static Command Create()
    {
        var dataset = DatasetArgument.Create();
        return AdminCommand.List(
            "versions", "Lists the versions of a dataset, highest first.", [dataset],
            run => new Listing(ApiPath.Of($"datasets/{run.Value(dataset).Namespace}/{run.Value(dataset).Name}/versions"), "versions", "last_version"),
            Column.At("version"), Column.Hash("manifest_hash"), Column.Time("created_at"), Column.Time("updated_at"));
    }
}
