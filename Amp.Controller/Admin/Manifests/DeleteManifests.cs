using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Manifests;

/// <summary><c>DELETE /manifests</c>: forgets every manifest that no dataset links to.</summary>
internal static class DeleteManifests
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/manifests", HandleAsync)
        .WithName("delete_manifests").WithTags("Manifests").WithSummary("Deletes all manifests that no dataset links to")
        .Fails(ErrorCode.InvalidManifestHash);

    private static async Task<ManifestPruneResponse> HandleAsync(NpgsqlDataSource database, HttpRequest request, CancellationToken cancellationToken)
    {
        // Of one manifest whose hash was left empty, as by a script without its variable, this is not to become of all.
        if (request.Path.Value!.EndsWith('/'))
            throw new AmpException(ErrorCode.InvalidManifestHash, "the hash in the path is empty; DELETE /manifests, without the slash, deletes all manifests that no dataset links to");
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var deleted = await ManifestStore.DeleteUnlinkedAsync(connection, hashes: null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new ManifestPruneResponse(deleted);
    }

    public sealed record ManifestPruneResponse(int DeletedCount);
}
