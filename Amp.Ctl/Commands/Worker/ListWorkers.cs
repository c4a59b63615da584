using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Commands.Worker;

/// <summary><c>ampctl worker list</c></summary>
internal static class ListWorkers
{
    public static Command Create() => AdminCommand.List(
        "list", "Lists the workers, dead ones too.", [], _ => new Listing("workers", "workers", "last_node_id"),
        Column.At("node_id", "worker"), Column.At("alive"), Column.At("ranges_held", "ranges"), Column.Time("heartbeat_at"), Column.Time("registered_at"));
}
