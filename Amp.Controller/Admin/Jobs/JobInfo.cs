using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amp.Shared.Metadata.Jobs;

namespace Amp.Controller.Admin.Jobs;

/// <summary>A job as clients see it.</summary>
/// <param name="NodeId">The workers that hold ranges now, comma separated; null when none.</param>
/// <param name="Descriptor">What is materialised, and the deploy as it was asked.</param>
public sealed record JobInfo(
    long Id,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NodeId,
    string Status,
    JsonObject Descriptor)
{
    internal static JobInfo From(Job job) => new(
        job.Id,
        job.CreatedAt,
        job.UpdatedAt,
        job.NodeIds.Count > 0 ? string.Join(',', job.NodeIds) : null,
        job.Status.ToWord(),
        new JsonObject
        {
            ["dataset_namespace"] = job.Namespace,
            ["dataset_name"] = job.Name,
            ["manifest_hash"] = job.ManifestHash,
            ["kind"] = job.Kind,
            ["network"] = job.Network,
            ["start_block"] = job.StartBlock,
            ["end_block"] = job.Descriptor.EndBlock.ToWord(),
            ["parallelism"] = job.Descriptor.Parallelism,
            ["worker_id"] = job.Descriptor.WorkerId,
            ["verify"] = job.Descriptor.Verify,
        });
}

/// <param name="NextCursor">To be sent as last_job_id for what follows; absent on the last page.</param>
public sealed record JobsResponse(IReadOnlyList<JobInfo> Jobs, long? NextCursor);
