using System.Text.Json.Nodes;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Npgsql;

namespace Amp.Controller.Admin.Manifests;

/// <summary><c>GET /manifests/{hash}</c>: the exact canonical bytes.</summary>
internal static class GetStoredManifest
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/manifests/{hash}", HandleAsync)
        .WithName("get_manifests_hash").WithTags("Manifests").WithSummary("Gives the canonical bytes of a stored manifest")
        .Produces<JsonObject>(StatusCodes.Status200OK, "application/json")
        .Fails(ErrorCode.InvalidManifestHash, ErrorCode.ManifestNotFound);

    private static async Task<IResult> HandleAsync(NpgsqlDataSource database, string hash, CancellationToken cancellationToken) =>
        Results.Bytes(await ManifestPath.FindAsync(database, ManifestHash.Parse(hash), cancellationToken), "application/json");
}
