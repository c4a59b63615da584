using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>GET /datasets</c>: every dataset, also one that has only <c>dev</c>.</summary>
internal static class ListDatasets
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/datasets", HandleAsync)
        .WithName("get_datasets").WithTags("Datasets").WithSummary("Lists the registered datasets with their versions, highest first")
        .Fails(ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<DatasetsResponse> HandleAsync(
        NpgsqlDataSource database, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "last_dataset")] string? lastDataset, CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        var found = await DatasetReading.ListAsync(database, Paging.Dataset(lastDataset) is { } last ? (last.Namespace, last.Name) : null, size + 1, cancellationToken);
        var (datasets, next) = Paging.Cut(found, size, d => d.FullName);
        return new DatasetsResponse(
            [.. datasets.Select(d => new DatasetSummary(d.Namespace, d.Name, d.Latest?.Tag, [.. d.Versions.Select(v => v.Tag)]))], next);
    }

    public sealed record DatasetsResponse(IReadOnlyList<DatasetSummary> Datasets, string? NextCursor);

    public sealed record DatasetSummary(string Namespace, string Name, string? LatestVersion, IReadOnlyList<string> Versions);
}
