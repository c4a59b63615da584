using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Jobs;

/// <summary><c>DELETE /jobs?status=</c>: forgets all jobs that ended so.</summary>
internal static class DeleteJobs
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/jobs", HandleAsync)
        .WithName("delete_jobs").WithTags("Jobs").WithSummary("Deletes ended jobs; status is terminal, completed, stopped or error")
        .Produces(StatusCodes.Status204NoContent)
        .Fails(ErrorCode.InvalidJobStatus);

    private static async Task<IResult> HandleAsync(NpgsqlDataSource database, [FromQuery(Name = "status")] string? status, CancellationToken cancellationToken)
    {
        await JobRemoval.DeleteAllAsync(database, JobStatusFilter.ForDeletion(status), cancellationToken);
        return Results.NoContent();
    }
}
