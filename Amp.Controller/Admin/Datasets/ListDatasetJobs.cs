using Amp.Controller.Admin.Jobs;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Jobs;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>GET …/versions/{revision}/jobs</c>: the jobs of one manifest of a dataset, in whatever state, newest first.</summary>
internal static class ListDatasetJobs
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/datasets/{namespace}/{name}/versions/{revision}/jobs", HandleAsync)
        .WithName("get_datasets_namespace_name_versions_revision_jobs").WithTags("Datasets").WithSummary("Lists the jobs of a dataset version, newest first")
        .Fails(
            ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidRevision, ErrorCode.DatasetNotFound, ErrorCode.InvalidLimit, ErrorCode.InvalidCursor,
            ErrorCode.InvalidJobStatus);

    private static async Task<JobsResponse> HandleAsync(
        NpgsqlDataSource database,
        string @namespace,
        string name,
        string revision,
        [FromQuery(Name = "limit")] string? limit,
        [FromQuery(Name = "last_job_id")] string? lastJobId,
        [FromQuery(Name = "status")] string? status,
        CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        var statuses = JobStatusFilter.ForListing(status ?? "all");
        var before = Paging.Cursor("last_job_id", lastJobId);
        var dataset = await DatasetReading.ResolveAsync(database, DatasetPath.Read(@namespace, name, revision), cancellationToken);
        var query = new JobQuery(statuses, (dataset.Namespace, dataset.Name, dataset.ManifestHash), before, size + 1);
        var (jobs, next) = Paging.Cut(await JobReading.ListAsync(database, query, cancellationToken), size, j => (long?)j.Id);
        return new JobsResponse([.. jobs.Select(JobInfo.From)], next);
    }
}
