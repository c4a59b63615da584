using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table list</c></summary>
internal static class ListRevisions
{
    public static Command Create()
    {
        var active = new Option<bool?>("--active") { Description = "Only those that queries read; false = only those that they do not." };
        return AdminCommand.List(
            "list", "Lists the revisions of tables, oldest first.", [active],
            run => new Listing("revisions", Items: null, "last_revision_id", ("active", run.Value(active) is { } only ? only ? "true" : "false" : null)),
            Column.At("id"),
            new Column("dataset", r => $"{r.Text("metadata.dataset_namespace")}/{r.Text("metadata.dataset_name")}"),
            Column.Hash("metadata.manifest_hash"),
            Column.At("metadata.table_name", "table"),
            Column.At("active"),
            Column.At("writer", "job"),
            Column.At("path"));
    }
}
