using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Manifests;

/// <summary><c>GET /manifests/{hash}/datasets</c>: who links to a manifest, one entry for each name it has there.</summary>
internal static class ListManifestDatasets
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/manifests/{hash}/datasets", HandleAsync)
        .WithName("get_manifests_hash_datasets").WithTags("Manifests").WithSummary("Lists the datasets that a manifest belongs to")
        .Fails(ErrorCode.InvalidManifestHash, ErrorCode.ManifestNotFound, ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<ManifestDatasetsResponse> HandleAsync(
        NpgsqlDataSource database, string hash, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "last_dataset")] string? lastDataset, CancellationToken cancellationToken)
    {
        var parsed = ManifestHash.Parse(hash);
        var size = Paging.Limit(limit);
        var after = Paging.Dataset(lastDataset) is { } last ? new ManifestLink(last.Namespace, last.Name, last.Revision.ToString()!) : null;
        await ManifestPath.FindAsync(database, parsed, cancellationToken);
        var (links, next) = Paging.Cut(
            await ManifestStore.ListDatasetsAsync(database, parsed, after, size + 1, cancellationToken), size, l => $"{l.Namespace}/{l.Name}@{l.Revision}");
        return new ManifestDatasetsResponse(parsed.ToString(), [.. links.Select(l => new Dataset(l.Namespace, l.Name, l.Revision))], next);
    }

    public sealed record ManifestDatasetsResponse(string Hash, IReadOnlyList<Dataset> Datasets, string? NextCursor);

    public sealed record Dataset(string Namespace, string Name, string Version);
}
