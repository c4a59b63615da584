using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>GET …/versions</c>: the versions of a dataset, highest first, and what <c>latest</c> and <c>dev</c> name.</summary>
internal static class ListVersions
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/datasets/{namespace}/{name}/versions", HandleAsync)
        .WithName("get_datasets_namespace_name_versions").WithTags("Datasets").WithSummary("Lists the versions of a dataset")
        .Fails(ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.DatasetNotFound, ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<VersionsResponse> HandleAsync(
        NpgsqlDataSource database,
        string @namespace,
        string name,
        [FromQuery(Name = "limit")] string? limit,
        [FromQuery(Name = "last_version")] string? lastVersion,
        CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        DatasetNames.CheckNamespace(@namespace);
        DatasetNames.CheckName(name);
        var dataset = await DatasetReading.FindAsync(database, @namespace, name, cancellationToken)
            ?? throw new AmpException(ErrorCode.DatasetNotFound, $"dataset '{@namespace}/{name}' is not registered");
        var (versions, next) = Paging.Cut(After(dataset.Versions, lastVersion), size, v => v.Tag);
        return new VersionsResponse(
            dataset.Namespace,
            dataset.Name,
            [.. versions.Select(v => new VersionInfo(v.Tag, v.ManifestHash, v.CreatedAt, v.UpdatedAt))],
            new SpecialTags(dataset.Latest?.Tag, dataset.Dev?.ManifestHash),
            next);
    }

    private static IReadOnlyList<DatasetTag> After(IReadOnlyList<DatasetTag> versions, string? last)
    {
        if (last is null)
            return versions;
        if (!DatasetVersion.TryParse(last, out var cursor))
            throw new AmpException(ErrorCode.InvalidCursor, $"last_version is '{last}'; the next_cursor of an earlier answer is needed");
        return [.. versions.Where(v => v.Version!.CompareTo(cursor) is var order && (order < 0 || (order == 0 && string.CompareOrdinal(v.Tag, last) < 0)))];
    }

    /// <param name="SpecialTags">What the words latest (a version) and dev (a manifest hash) stand for.</param>
    public sealed record VersionsResponse(
        string Namespace, string Name, IReadOnlyList<VersionInfo> Versions, SpecialTags SpecialTags, string? NextCursor);

    public sealed record VersionInfo(string Version, string ManifestHash, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public sealed record SpecialTags(string? Latest, string? Dev);
}
