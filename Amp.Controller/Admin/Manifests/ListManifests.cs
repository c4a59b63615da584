using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Manifests;

/// <summary><c>GET /manifests</c>: the stored manifests and how many datasets link to each.</summary>
internal static class ListManifests
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/manifests", HandleAsync)
        .WithName("get_manifests").WithTags("Manifests").WithSummary("Lists the stored manifests")
        .Fails(ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<ManifestsResponse> HandleAsync(
        NpgsqlDataSource database, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "last_hash")] string? lastHash, CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        ManifestHash? after = lastHash is null
            ? null
            : ManifestHash.TryParse(lastHash, out var cursor)
                ? cursor
                : throw new AmpException(ErrorCode.InvalidCursor, $"last_hash is '{lastHash}'; the next_cursor of an earlier answer is needed");
        var (manifests, next) = Paging.Cut(await ManifestStore.ListAsync(database, after?.ToString(), size + 1, cancellationToken), size, m => m.Hash);
        return new ManifestsResponse([.. manifests.Select(m => new ManifestInfo(m.Hash, m.Kind, m.DatasetCount))], next);
    }

    public sealed record ManifestsResponse(IReadOnlyList<ManifestInfo> Manifests, string? NextCursor);

    public sealed record ManifestInfo(string Hash, string Kind, long DatasetCount);
}
