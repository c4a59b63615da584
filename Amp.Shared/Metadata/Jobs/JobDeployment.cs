namespace Amp.Shared.Metadata.Jobs;

/// <summary>What a deploy asks for, after validation.</summary>
public sealed record JobDeployment(
    string Namespace, string Name, string ManifestHash, string Kind, string Network, ulong StartBlock, JobDescriptor Descriptor);

/// <summary>How a deploy ended.</summary>
public enum DeployOutcome
{
    /// <summary>A new job was made.</summary>
    Inserted,

    /// <summary>The same deploy was active already.</summary>
    AlreadyActive,

    /// <summary>The same deploy had ended and starts again.</summary>
    Restarted,

    /// <summary>Another deploy of this dataset version is active.</summary>
    Conflict,
}

/// <param name="Outcome">What was done.</param>
/// <param name="JobId">The job of this deploy; in a conflict, the other one.</param>
/// <param name="Active">The descriptor of the job that stands in the way or is the answer.</param>
/// <param name="Status">State of that job.</param>
public sealed record DeployResult(DeployOutcome Outcome, long JobId, JobDescriptor Active, JobStatus Status);
