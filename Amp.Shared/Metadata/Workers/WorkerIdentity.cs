namespace Amp.Shared.Metadata.Workers;

/// <summary>One run of one worker: the node id lasts, the incarnation is fresh with every start.</summary>
public sealed record WorkerIdentity(string NodeId, Guid Incarnation, string Host, int Pid, string Version, int Slots)
{
    public static WorkerIdentity OfThisProcess(string nodeId, int slots) => new(
        nodeId,
        Guid.NewGuid(),
        Environment.MachineName,
        Environment.ProcessId,
        typeof(WorkerIdentity).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
        slots);
}
