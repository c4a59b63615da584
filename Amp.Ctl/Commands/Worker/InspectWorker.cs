using System.CommandLine;
using Amp.Ctl.Api;
using Amp.Ctl.Arguments;

namespace Amp.Ctl.Commands.Worker;

/// <summary><c>ampctl worker inspect ID</c></summary>
internal static class InspectWorker
{
    public static Command Create() => AdminCommand.Inspect("inspect", "Tells a worker: its place, its load, its build.", IdArgument.Worker(), id => ApiPath.Of($"workers/{id}"));
}
