using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Workers;

namespace Amp.Shared.Metadata.Ranges;

/// <summary>The right to plan a job, fenced like a range.</summary>
public sealed record PlannerLease(Job Job, WorkerIdentity Worker, long Epoch);
