using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Npgsql;

namespace Amp.Controller.Admin.Jobs;

/// <summary><c>GET /jobs/{id}</c>.</summary>
internal static class GetJob
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/jobs/{id}", HandleAsync)
        .WithName("get_jobs_id").WithTags("Jobs").WithSummary("Tells what a job is and where it stands")
        .Fails(ErrorCode.InvalidJobId, ErrorCode.JobNotFound);

    private static async Task<JobInfo> HandleAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken) =>
        JobInfo.From(await JobPath.FindAsync(database, id, cancellationToken));
}
