using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Manifests;

/// <summary><c>GET /manifests/{hash}/datasets</c>: who links to a manifest, one entry for each name it has there.</summary>
internal static class ListManifestDatasets
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/manifests/{hash}/datasets", HandleAsync)
        .WithName("get_manifests_hash_datasets").WithTags("Manifests").WithSummary("Lists the datasets that a manifest belongs to")
        .Fails(ErrorCode.InvalidManifestHash, ErrorCode.ManifestNotFound);

    private static async Task<ManifestDatasetsResponse> HandleAsync(NpgsqlDataSource database, string hash, CancellationToken cancellationToken)
    {
        var parsed = ManifestHash.Parse(hash);
        await ManifestPath.FindAsync(database, parsed, cancellationToken);
        var links = await ManifestStore.ListDatasetsAsync(database, parsed, cancellationToken);

        // A link that no tag names any more is shown under the hash, which is a revision too.
        return new ManifestDatasetsResponse(
            parsed.ToString(),
            [.. links.SelectMany(l => l.Tags.DefaultIfEmpty(parsed.ToString()).Select(tag => new Dataset(l.Namespace, l.Name, tag)))]);
    }

    public sealed record ManifestDatasetsResponse(string Hash, IReadOnlyList<Dataset> Datasets);

    public sealed record Dataset(string Namespace, string Name, string Version);
}
