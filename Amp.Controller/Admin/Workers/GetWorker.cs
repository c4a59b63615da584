using System.Text.Json;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Workers;
using Npgsql;

namespace Amp.Controller.Admin.Workers;

/// <summary><c>GET /workers/{id}</c>: a worker with what it said of its build.</summary>
internal static class GetWorker
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/workers/{id}", HandleAsync)
        .WithName("get_workers_id").WithTags("Workers").WithSummary("Tells what a worker is and whether it lives")
        .Fails(ErrorCode.InvalidNodeId, ErrorCode.WorkerNotFound);

    private static async Task<WorkerDetailResponse> HandleAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken)
    {
        if (!DatasetNames.IsNodeId(id))
            throw new AmpException(ErrorCode.InvalidNodeId, $"node id '{id}' is not of the form {DatasetNames.NodeIdPattern}");
        var worker = await WorkerReading.FindAsync(database, id, cancellationToken)
            ?? throw new AmpException(ErrorCode.WorkerNotFound, $"no worker '{id}' has ever registered");
        using var build = JsonDocument.Parse(worker.Build);
        return new WorkerDetailResponse(
            worker.NodeId,
            new WorkerMetadata(
                worker.Version, Text(build.RootElement, "commit_sha") ?? BuildOrigin.Unknown, Text(build.RootElement, "commit_timestamp"), Text(build.RootElement, "build_date")),
            worker.RegisteredAt,
            worker.RegisteredAt,
            worker.HeartbeatAt,
            worker.DeregisteredAt,
            worker.Alive,
            worker.Host,
            worker.Pid,
            worker.Slots,
            worker.RangesHeld);
    }

    private static string? Text(JsonElement build, string name) =>
        build.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public sealed record WorkerDetailResponse(
        string NodeId,
        WorkerMetadata Info,
        DateTimeOffset CreatedAt,
        DateTimeOffset RegisteredAt,
        DateTimeOffset HeartbeatAt,
        DateTimeOffset? DeregisteredAt,
        bool Alive,
        string Host,
        int Pid,
        int Slots,
        long RangesHeld);

    /// <param name="CommitSha">"unknown" of a worker that was built without git.</param>
    /// <param name="CommitTimestamp">Left out where the commit is unknown: any other time would be made up.</param>
    /// <param name="BuildDate">Left out of a worker of before it was told.</param>
    public sealed record WorkerMetadata(string Version, string CommitSha, string? CommitTimestamp, string? BuildDate);
}
