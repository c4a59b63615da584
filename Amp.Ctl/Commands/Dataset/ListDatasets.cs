using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Commands.Dataset;

/// <summary><c>ampctl dataset list</c></summary>
internal static class ListDatasets
{
    public static Command Create() => AdminCommand.List(
        "list", "Lists the registered datasets.", [], _ => new Listing("datasets", "datasets", "last_dataset"),
        Column.At("namespace"), Column.At("name"), Column.At("latest_version", "latest"), Column.At("versions"));
}
