using Amp.Shared.Metadata.Jobs;

namespace Amp.Controller.Scheduling;

/// <summary>What the log tells of deploys.</summary>
internal sealed partial class DeployLog(ILogger<DeployLog> logger)
{
    public void Deployed(string dataset, string manifestHash, DeployResult result) => LogDeployed(dataset, manifestHash, result.Outcome, result.JobId, result.Status.ToWord());

    [LoggerMessage(4010, LogLevel.Information, "Deploy of {Dataset} ({ManifestHash}): {Outcome}, job {JobId} is {Status}")]
    private partial void LogDeployed(string dataset, string manifestHash, DeployOutcome outcome, long jobId, string status);
}
