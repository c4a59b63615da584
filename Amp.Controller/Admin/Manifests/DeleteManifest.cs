using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Manifests;

/// <summary><c>DELETE /manifests/{hash}</c>: forgets a manifest that no dataset links to. One that is not there is no error.</summary>
internal static class DeleteManifest
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/manifests/{hash}", HandleAsync)
        .WithName("delete_manifests_hash").WithTags("Manifests").WithSummary("Deletes a manifest that no dataset links to")
        .Produces(StatusCodes.Status204NoContent)
        .Fails(ErrorCode.InvalidManifestHash, ErrorCode.ManifestLinked);

    private const int MostNamed = 20;

    private static async Task<IResult> HandleAsync(NpgsqlDataSource database, string hash, CancellationToken cancellationToken)
    {
        var parsed = ManifestHash.Parse(hash);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var deleted = await ManifestStore.DeleteUnlinkedAsync(connection, [parsed.ToString()], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (deleted == 0 && await ManifestStore.ListDatasetsAsync(database, parsed, after: null, MostNamed, cancellationToken) is { Count: > 0 } links)
        {
            throw new AmpException(
                ErrorCode.ManifestLinked, $"manifest {parsed} belongs to {string.Join(", ", links.Select(l => $"{l.Namespace}/{l.Name}").Distinct())}{(links.Count == MostNamed ? " and more" : "")}; delete the dataset first");
        }

        return Results.NoContent();
    }
}
