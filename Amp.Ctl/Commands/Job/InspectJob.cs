using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Job;

/// <summary><c>ampctl job inspect ID</c></summary>
internal static class InspectJob
{
    public static Command Create() => AdminCommand.Inspect("inspect", "Tells a job.", IdArgument.Job(), job => ApiPath.Of($"jobs/{job}"));
}
