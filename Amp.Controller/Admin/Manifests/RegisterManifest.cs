using System.Text.Json.Nodes;
using Amp.Controller.Admin.Audit;
using Amp.Controller.Admin.Wire;
using Amp.Controller.Registration;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Manifests;

/// <summary><c>POST /manifests</c>: stores a manifest without linking it to a dataset. The same again is no error.</summary>
internal static class RegisterManifest
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/manifests", HandleAsync)
        .WithName("post_manifests").WithTags("Manifests").WithSummary("Stores a manifest and tells its hash")
        .Takes<JsonObject>().Produces<RegisterManifestResponse>(StatusCodes.Status201Created)
        .Fails(ErrorCode.InvalidManifest, ErrorCode.UnsupportedDatasetKind, ErrorCode.PayloadTooLarge);

    private static async Task<IResult> HandleAsync(NpgsqlDataSource database, HttpRequest request, CancellationToken cancellationToken)
    {
        var manifest = await RequestBody.ReadAsync(request, ErrorCode.InvalidManifest, ManifestReader.Read);
        DatasetKinds.Check(manifest);
        var content = manifest.ToCanonicalBytes();
        var hash = ManifestHash.Of(content);
        await AuditedRequest.NameAsync(request, hash.ToString(), cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await ManifestStore.PutAsync(connection, hash, manifest.Kind, content, cancellationToken);
        return Results.Json(new RegisterManifestResponse(hash.ToString()), statusCode: StatusCodes.Status201Created);
    }

    public sealed record RegisterManifestResponse(string Hash);
}
