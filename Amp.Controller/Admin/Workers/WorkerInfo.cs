using Amp.Shared.Metadata.Workers;

namespace Amp.Controller.Admin.Workers;

/// <summary>A worker as the lists show it.</summary>
/// <param name="Alive">It has beaten within the time that a lease lasts, and has not left.</param>
/// <param name="RangesHeld">Block ranges that it holds now.</param>
public sealed record WorkerInfo(string NodeId, DateTimeOffset HeartbeatAt, bool Alive, DateTimeOffset RegisteredAt, long RangesHeld)
{
    internal static WorkerInfo From(WorkerRecord worker) =>
        new(worker.NodeId, worker.HeartbeatAt, worker.Alive, worker.RegisteredAt, worker.RangesHeld);
}
