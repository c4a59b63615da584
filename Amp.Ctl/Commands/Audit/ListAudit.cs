using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Commands.Audit;

/// <summary><c>ampctl audit list</c></summary>
internal static class ListAudit
{
    public static Command Create() => AdminCommand.List(
        "list", "Lists the requests that change something, newest first.", [], _ => new Listing("audit", "entries", "last_audit_id"),
        Column.At("id"),
        Column.Time("at"),
        Column.At("remote_address", "from"),
        Column.At("principal"),
        new Column("request", e => $"{e.Text("method")} {e.Text("path")}"),
        Column.At("subject"),
        Column.At("status"),
        Column.At("error_code", "error"));
}
