using System.Text.Json.Nodes;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>GET …/versions/{revision}/manifest</c>: the exact canonical bytes, whose SHA-256 is the manifest's hash.</summary>
internal static class GetManifest
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/datasets/{namespace}/{name}/versions/{revision}/manifest", HandleAsync)
        .WithName("get_datasets_namespace_name_versions_revision_manifest").WithTags("Datasets").WithSummary("Gives the canonical bytes of a revision's manifest")
        .Produces<JsonObject>(StatusCodes.Status200OK, "application/json")
        .Fails(ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidRevision, ErrorCode.DatasetNotFound);

    private static async Task<IResult> HandleAsync(
        NpgsqlDataSource database, string @namespace, string name, string revision, CancellationToken cancellationToken)
    {
        var dataset = await DatasetReading.ResolveAsync(database, DatasetPath.Read(@namespace, name, revision), cancellationToken);
        return Results.Bytes(dataset.Content, "application/json");
    }
}
