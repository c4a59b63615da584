using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;
using Amp.Ctl.Terminal;

namespace Amp.Ctl.Commands.Job;

/// <summary><c>ampctl job events ID</c></summary>
internal static class ListEvents
{
    public static Command Create()
    {
        var job = IdArgument.Job();
        return AdminCommand.List(
            "events", "Lists what happened to a job, oldest first.", [job],
            run => new Listing(ApiPath.Of($"jobs/{run.Value(job)}/events"), "events", "last_event_id"),
            Column.At("id"), Column.Time("created_at"), Column.At("event_type", "event"), Column.At("node_id", "worker"));
    }
}
