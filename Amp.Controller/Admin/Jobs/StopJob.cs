using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Controller.Admin.Jobs;

/// <summary><c>PUT /jobs/{id}/stop</c>: asks a job to stop. Asking again, or asking a job that has ended, is no error; the answer tells its state.</summary>
internal static class StopJob
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/jobs/{id}/stop", HandleAsync)
        .WithName("put_jobs_id_stop").WithTags("Jobs").WithSummary("Asks a job to stop; what is whole is registered first")
        .Fails(ErrorCode.InvalidJobId, ErrorCode.JobNotFound);

    private static async Task<StopJobResponse> HandleAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken)
    {
        var jobId = JobPath.Id(id);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var move = await JobStates.MoveAsync(connection, jobId, JobStatus.StopRequested, cancellationToken: cancellationToken);
        if (move.Actual is not { } status)
            throw JobPath.NotFound(jobId);

        // Nobody works on it: then it has stopped, and no worker or chore needs to be waited for.
        if (move.Moved)
            status = await JobChores.SettleStopAsync(connection, jobId, cancellationToken) ?? status;
        return new StopJobResponse(jobId, status.ToWord());
    }

    public sealed record StopJobResponse(long JobId, string Status);
}
