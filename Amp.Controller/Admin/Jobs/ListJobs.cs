using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Jobs;

/// <summary><c>GET /jobs</c>: newest first; the active ones unless <c>status</c> says otherwise.</summary>
internal static class ListJobs
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/jobs", HandleAsync)
        .WithName("get_jobs").WithTags("Jobs").WithSummary("Lists jobs, newest first; status is active (default), all, or a list of states")
        .Fails(ErrorCode.InvalidLimit, ErrorCode.InvalidCursor, ErrorCode.InvalidJobStatus);

    private static async Task<JobsResponse> HandleAsync(
        NpgsqlDataSource database,
        [FromQuery(Name = "limit")] string? limit,
        [FromQuery(Name = "last_job_id")] string? lastJobId,
        [FromQuery(Name = "status")] string? status,
        CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        var query = new JobQuery(JobStatusFilter.ForListing(status), Dataset: null, Paging.Cursor("last_job_id", lastJobId), size + 1);
        var (jobs, next) = Paging.Cut(await JobReading.ListAsync(database, query, cancellationToken), size, j => (long?)j.Id);
        return new JobsResponse([.. jobs.Select(JobInfo.From)], next);
    }
}
