using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;
using Amp.Ctl.Terminal;
using Amp.Shared.Metadata.Jobs;

namespace Amp.Ctl.Commands.Job;

/// <summary><c>ampctl job list</c></summary>
internal static class ListJobs
{
    public static Command Create()
    {
        var status = new Option<string?>("--status")
        {
            HelpName = "STATES",
            Description = "active, all, terminal, or states joined by commas; without it the active ones, and of a dataset all.",
        };
        status.CompletionSources.Add("active", "all", "terminal");
        status.CompletionSources.Add([.. JobStatusText.All]);
        var dataset = DatasetArgument.Option("Only those of this dataset version.");
        return AdminCommand.List(
            "list", "Lists jobs, newest first.", [status, dataset],
            run => new Listing(run.Value(dataset) is { } one ? $"{ApiPath.Of(one)}/jobs" : "jobs", "jobs", "last_job_id", ("status", run.Value(status))),
            Column.At("id"),
            Column.At("status"),
            new Column("dataset", job => $"{job.Text("descriptor.dataset_namespace")}/{job.Text("descriptor.dataset_name")}"),
            Column.Hash("descriptor.manifest_hash"),
            new Column("blocks", job => $"{job.Text("descriptor.start_block")} to {(job.Text("descriptor.end_block") is { Length: > 0 } end ? end : "the tip")}"),
            Column.At("node_id", "workers"),
            Column.Time("updated_at"));
    }
}
