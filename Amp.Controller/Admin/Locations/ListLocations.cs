using System.Text.Json.Serialization;
using Amp.Controller.Admin.Wire;
using Amp.Controller.Admin.Workers;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Workers;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Locations;

/// <summary><c>GET /locations</c>: where tables lie and who writes them; the workers too, for users are told to look for them here.</summary>
internal static class ListLocations
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/locations", HandleAsync)
        .WithName("get_locations").WithTags("Files").WithSummary("Lists the storage locations of tables, who writes them, and the workers")
        .Fails(ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<LocationsResponse> HandleAsync(
        NpgsqlDataSource database,
        AmpSettings settings,
        [FromQuery(Name = "limit")] string? limit,
        [FromQuery(Name = "last_location_id")] string? lastLocationId,
        CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        var after = Paging.Cursor("last_location_id", lastLocationId);
        var (locations, next) = Paging.Cut(await LocationReading.ListAsync(database, active: null, after, size + 1, cancellationToken), size, l => (long?)l.Id);
        var workers = await WorkerReading.ListAsync(database, afterId: null, Paging.MaxLimit, cancellationToken);
        return new LocationsResponse(
            [.. locations.Select(l => new LocationInfo(
                l.Id, l.Namespace, l.Name, l.ManifestHash, l.Table, LakeUrl.Of(settings, l.Path), l.Active, l.WriterJobId))],
            [.. workers.Select(WorkerInfo.From)],
            next);
    }

    public sealed record LocationsResponse(IReadOnlyList<LocationInfo> Locations, IReadOnlyList<WorkerInfo> Workers, long? NextCursor);

    /// <param name="Writer">The active job that writes there; null when none does.</param>
    public sealed record LocationInfo(
        long Id,
        string DatasetNamespace,
        string DatasetName,
        string ManifestHash,
        string Table,
        string Url,
        bool Active,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Writer);
}
