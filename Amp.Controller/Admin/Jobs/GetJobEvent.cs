using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Controller.Admin.Jobs;

/// <summary><c>GET /jobs/{id}/events/{event_id}</c>: one event with its detail.</summary>
internal static class GetJobEvent
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/jobs/{id}/events/{event_id}", HandleAsync)
        .WithName("get_jobs_id_events_event_id").WithTags("Jobs").WithSummary("Tells one event of a job with its detail")
        .Fails(ErrorCode.InvalidJobId, ErrorCode.InvalidEventId, ErrorCode.JobNotFound, ErrorCode.EventNotFound);

    private static async Task<JobEventDetailResponse> HandleAsync(
        NpgsqlDataSource database, string id, [Microsoft.AspNetCore.Mvc.FromRoute(Name = "event_id")] string eventId, CancellationToken cancellationToken)
    {
        var eventNumber = Paging.Id(eventId, ErrorCode.InvalidEventId, "an event's id");
        var job = await JobPath.FindAsync(database, id, cancellationToken);
        var found = await JobReading.FindEventAsync(database, job.Id, eventNumber, cancellationToken)
            ?? throw new AmpException(ErrorCode.EventNotFound, $"job {job.Id} has no event {eventNumber}");
        return new JobEventDetailResponse(found.Id, found.JobId, found.CreatedAt, found.NodeId, found.EventType, JsonNode.Parse(found.Detail));
    }

    public sealed record JobEventDetailResponse(
        long Id, long JobId, DateTimeOffset CreatedAt, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NodeId, string EventType, JsonNode? Detail);
}
