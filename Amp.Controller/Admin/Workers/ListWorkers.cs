using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Workers;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Workers;

/// <summary><c>GET /workers</c>: every worker that ever registered, dead ones too.</summary>
internal static class ListWorkers
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/workers", HandleAsync)
        .WithName("get_workers").WithTags("Workers").WithSummary("Lists the workers and tells which of them live")
        .Fails(ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<WorkersResponse> HandleAsync(
        NpgsqlDataSource database, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "last_node_id")] string? lastNodeId, CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        if (lastNodeId is not null && !DatasetNames.IsNodeId(lastNodeId))
            throw new AmpException(ErrorCode.InvalidCursor, $"last_node_id is '{lastNodeId}'; the next_cursor of an earlier answer is needed");
        var (workers, next) = Paging.Cut(await WorkerReading.ListAsync(database, lastNodeId, size + 1, cancellationToken), size, w => w.NodeId);
        return new WorkersResponse([.. workers.Select(WorkerInfo.From)], next);
    }

    public sealed record WorkersResponse(IReadOnlyList<WorkerInfo> Workers, string? NextCursor);
}
