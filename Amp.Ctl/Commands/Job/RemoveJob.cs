using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Job;

/// <summary><c>ampctl job rm ID</c></summary>
internal static class RemoveJob
{
    public static Command Create() => AdminCommand.Remove("rm", "Deletes a job that has ended.", IdArgument.Job(), job => ApiPath.Of($"jobs/{job}"), job => $"job {job} is deleted");
}
