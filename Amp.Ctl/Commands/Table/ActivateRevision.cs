using System.CommandLine;
using System.Text.Json.Nodes;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Table;

/// <summary><c>ampctl table activate ID</c></summary>
internal static class ActivateRevision
{
    public static Command Create()
    {
        var revision = IdArgument.Revision();
        return AdminCommand.Create("activate", "Has queries read a revision, and jobs write to it, in place of the table's other one.", [revision], async run =>
        {
            var path = RevisionPath.Of(run.Value(revision));

            // The Admin API wants to hear whose revision it is, as a guard against mistaken ids; here it is looked up.
            var table = (await run.Client.GetAsync(path, run.Ct)).GetProperty("metadata");
            var body = new JsonObject
            {
                ["dataset"] = $"{table.Text("dataset_namespace")}/{table.Text("dataset_name")}@{table.Text("manifest_hash")}",
                ["table_name"] = table.Text("table_name"),
            };
            await run.SendAsync(HttpMethod.Post, $"{path}/activate", body, $"revision {run.Value(revision)} is what queries of {body["dataset"]}.{body["table_name"]} read");
        });
    }
}
