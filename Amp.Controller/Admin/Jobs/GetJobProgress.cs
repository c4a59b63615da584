using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amp.Controller.Admin.Wire;
using Amp.Controller.Registration;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Controller.Admin.Jobs;

/// <summary><c>GET /jobs/{id}/progress</c>: how far a job is, computed from the registered segments.</summary>
internal static class GetJobProgress
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/jobs/{id}/progress", HandleAsync)
        .WithName("get_jobs_id_progress").WithTags("Jobs").WithSummary("Tells how far a job is, table by table and range by range")
        .Fails(ErrorCode.InvalidJobId, ErrorCode.JobNotFound);

    private static async Task<JobProgressResponse> HandleAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken)
    {
        var job = await JobPath.FindAsync(database, id, cancellationToken);
        var facts = await JobProgressReading.ReadAsync(database, job, cancellationToken);
        var progress = JobProgress.Compute(job, await TablesAsync(database, job, cancellationToken), facts);
        return new JobProgressResponse(
            job.Id,
            job.Status.ToWord(),
            progress.Tables.ToDictionary(
                t => t.Key,
                t => new TableProgressInfo(
                    t.Value.CurrentBlock, t.Value.StartBlock, t.Value.FilesCount, t.Value.TotalSizeBytes, t.Value.BlocksDone, t.Value.BlocksPerSecond, t.Value.EtaSeconds),
                StringComparer.Ordinal),
            job.Detail is null ? null : JsonNode.Parse(job.Detail),
            job.StartBlock,
            progress.TargetBlock,
            progress.BlocksDone,
            progress.BlocksPerSecond,
            progress.EtaSeconds,
            [.. facts.Ranges.Select(r => new RangeInfo(r.Start, r.End, r.NodeId, r.Epoch, r.State, r.NextBlock))]);
    }

    // A dataset that was removed while its job is kept has no manifest any more: its revisions tell the tables.
    private static async Task<IReadOnlyList<string>> TablesAsync(NpgsqlDataSource database, Job job, CancellationToken cancellationToken) =>
        await ManifestStore.FindAsync(database, ManifestHash.Parse(job.ManifestHash), cancellationToken) is { } content
            ? DatasetKinds.TablesOf(ManifestReader.Read(content))
            : [];

    /// <param name="Detail">Why the job is in ERROR or FATAL.</param>
    /// <param name="StartBlock">The first block wanted.</param>
    /// <param name="TargetBlock">The last block wanted: the job's end, or the tip last seen.</param>
    /// <param name="BlocksDone">Wanted blocks that are registered in the table that is behind.</param>
    public sealed record JobProgressResponse(
        long JobId,
        string JobStatus,
        IReadOnlyDictionary<string, TableProgressInfo> Tables,
        JsonNode? Detail,
        ulong StartBlock,
        ulong? TargetBlock,
        ulong BlocksDone,
        double BlocksPerSecond,
        double? EtaSeconds,
        IReadOnlyList<RangeInfo> Ranges);

    /// <param name="CurrentBlock">Where the chain that queries read ends.</param>
    /// <param name="StartBlock">Where the chain that queries read begins.</param>
    /// <param name="BlocksDone">Wanted blocks that are registered, also behind a hole.</param>
    public sealed record TableProgressInfo(
        ulong? CurrentBlock, ulong? StartBlock, long FilesCount, long TotalSizeBytes, ulong BlocksDone, double BlocksPerSecond, double? EtaSeconds);

    /// <param name="End">Null for the head range, which grows with the chain.</param>
    /// <param name="NodeId">The worker that holds it; null when none does.</param>
    /// <param name="NextBlock">First block of it that is not yet registered.</param>
    public sealed record RangeInfo(
        ulong Start,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ulong? End,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NodeId,
        long Epoch,
        string State,
        ulong NextBlock);
}
