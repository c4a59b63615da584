using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Controller.Admin.Jobs;

/// <summary><c>DELETE /jobs/{id}</c>: forgets a job that has ended. A job that is not there is no error.</summary>
internal static class DeleteJob
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/jobs/{id}", HandleAsync)
        .WithName("delete_jobs_id").WithTags("Jobs").WithSummary("Deletes a job that has ended; the data it wrote stays")
        .Produces(StatusCodes.Status204NoContent)
        .Fails(ErrorCode.InvalidJobId, ErrorCode.JobConflict);

    private static async Task<IResult> HandleAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken)
    {
        var jobId = JobPath.Id(id);
        var removal = await JobRemoval.DeleteAsync(database, jobId, cancellationToken);
        return removal is { Moved: false, Actual: { } status }
            ? throw new AmpException(ErrorCode.JobConflict, $"job {jobId} is {status.ToWord()}; only jobs that have ended can be deleted: PUT /jobs/{jobId}/stop first")
            : Results.NoContent();
    }
}
