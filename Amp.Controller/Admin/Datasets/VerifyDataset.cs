using Amp.Controller.Admin.Wire;
using Amp.Controller.Verifying;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary>
/// <c>POST …/versions/{revision}/verify</c>: has the lake of a dataset version compared with the catalogue. It takes as long as it takes to read a
/// footer of each file; while one is underway, asking again gives the same one.
/// </summary>
internal static class VerifyDataset
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/datasets/{namespace}/{name}/versions/{revision}/verify", HandleAsync)
        .WithName("post_datasets_namespace_name_versions_revision_verify").WithTags("Datasets")
        .WithSummary("Has the lake of a version compared with the catalogue: files, sizes, footers, the chain without gaps; changes nothing")
        .Produces<VerifyResponse>(StatusCodes.Status202Accepted)
        .Fails(ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidRevision, ErrorCode.DatasetNotFound);

    private static async Task<IResult> HandleAsync(
        NpgsqlDataSource database, VerificationLoop loop, string @namespace, string name, string revision, CancellationToken cancellationToken)
    {
        var dataset = await DatasetReading.ResolveAsync(database, DatasetPath.Read(@namespace, name, revision), cancellationToken);
        var id = await VerificationRows.AskAsync(database, dataset, cancellationToken);
        loop.Wake();
        return Results.Json(new VerifyResponse(id), statusCode: StatusCodes.Status202Accepted);
    }

    /// <param name="VerificationId">For <c>GET /verifications/{id}</c>.</param>
    public sealed record VerifyResponse(long VerificationId);
}
