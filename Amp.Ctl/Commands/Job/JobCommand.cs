using System.CommandLine;

namespace Amp.Ctl.Commands.Job;

/// <summary><c>ampctl job</c></summary>
internal static class JobCommand
{
    public static Command Create() => new("job", "Jobs: what deploys have made.")
    {
        ListJobs.Create(),
        InspectJob.Create(),
        ShowProgress.Create(),
        ListEvents.Create(),
        StopJob.Create(),
        RemoveJob.Create(),
        PruneJobs.Create(),
    };
}
