using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;
using Amp.Ctl.Watching;

namespace Amp.Ctl.Commands.Job;

/// <summary><c>ampctl job progress ID</c>: how far a job is, once or until it ends.</summary>
internal static class ShowProgress
{
    public static Command Create()
    {
        var job = IdArgument.Job();
        var watch = WatchOption.Create();
        return AdminCommand.Create("progress", "Tells how far a job is.", [job, watch], async run =>
        {
            if (run.Value(watch))
            {
                await JobWatch.RunAsync(run, run.Value(job));
                return;
            }

            var progress = await run.Client.GetAsync(JobWatch.Path(run.Value(job)), run.Ct);
            await run.Screen.ShowAsync(progress, console => JobWatch.Show(console, progress));
        });
    }
}
