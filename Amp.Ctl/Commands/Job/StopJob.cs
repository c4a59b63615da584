using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Job;

/// <summary><c>ampctl job stop ID</c></summary>
internal static class StopJob
{
    public static Command Create()
    {
        var job = IdArgument.Job();
        return AdminCommand.Create("stop", "Asks a job to stop; what is whole is registered first.", [job], async run =>
        {
            var answer = await run.Client.SendAsync(HttpMethod.Put, ApiPath.Of($"jobs/{run.Value(job)}/stop"), body: null, run.Ct);
            await run.Screen.SayAsync(answer, $"job {run.Value(job)} is {answer.Text("status")}");
        });
    }
}
