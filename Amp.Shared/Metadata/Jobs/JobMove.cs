namespace Amp.Shared.Metadata.Jobs;

/// <summary>What became of an attempt to change a job's state.</summary>
/// <param name="Moved">Whether this call made the change.</param>
/// <param name="Actual">The state the job is in now; null when there is no such job.</param>
public readonly record struct JobMove(bool Moved, JobStatus? Actual);
