using System.Text.Json.Serialization;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Jobs;

/// <summary><c>GET /jobs/{id}/events</c>: what happened to a job, oldest first.</summary>
internal static class ListJobEvents
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/jobs/{id}/events", HandleAsync)
        .WithName("get_jobs_id_events").WithTags("Jobs").WithSummary("Lists the history of a job, oldest first")
        .Fails(ErrorCode.InvalidJobId, ErrorCode.JobNotFound, ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<JobEventsResponse> HandleAsync(
        NpgsqlDataSource database,
        string id,
        [FromQuery(Name = "limit")] string? limit,
        [FromQuery(Name = "last_event_id")] string? lastEventId,
        CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        var after = Paging.Cursor("last_event_id", lastEventId);
        var job = await JobPath.FindAsync(database, id, cancellationToken);
        var (events, next) = Paging.Cut(await JobReading.ListEventsAsync(database, job.Id, after, size + 1, cancellationToken), size, e => (long?)e.Id);
        return new JobEventsResponse(job.Id, [.. events.Select(e => new JobEventInfo(e.Id, e.CreatedAt, e.NodeId, e.EventType))], next);
    }

    public sealed record JobEventsResponse(long JobId, IReadOnlyList<JobEventInfo> Events, long? NextCursor);

    /// <param name="NodeId">The worker that acted; null for a controller.</param>
    public sealed record JobEventInfo(
        long Id, DateTimeOffset CreatedAt, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NodeId, string EventType);
}
