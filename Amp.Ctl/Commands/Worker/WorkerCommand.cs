using System.CommandLine;

namespace Amp.Ctl.Commands.Worker;

/// <summary><c>ampctl worker</c></summary>
internal static class WorkerCommand
{
    public static Command Create() => new("worker", "Workers.") { ListWorkers.Create(), InspectWorker.Create() };
}
