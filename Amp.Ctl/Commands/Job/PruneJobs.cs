using System.CommandLine;
using Amp.Ctl.Api;

namespace Amp.Ctl.Commands.Job;

/// <summary><c>ampctl job prune</c></summary>
internal static class PruneJobs
{
    public static Command Create()
    {
        var status = new Option<string>("--status") { Description = "Those that ended so.", DefaultValueFactory = _ => "terminal" };
        status.AcceptOnlyFromAmong("terminal", "completed", "stopped", "error");
        return AdminCommand.Create("prune", "Deletes all jobs that have ended.", [status], run =>
            run.SendAsync(HttpMethod.Delete, "jobs".With(("status", run.Value(status))), body: null, $"the {run.Value(status)} jobs are deleted"));
    }
}
