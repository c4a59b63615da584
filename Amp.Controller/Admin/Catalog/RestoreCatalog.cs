using Amp.Controller.Admin.Datasets;
using Amp.Controller.Admin.Wire;
using Amp.Controller.Restoring;
using Amp.Shared.Faults;
using Amp.Shared.Options;

namespace Amp.Controller.Admin.Catalog;

/// <summary><c>POST /catalog/restore</c>: makes the catalogue anew from the lake alone: datasets, versions, tables and files.</summary>
internal static class RestoreCatalog
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/catalog/restore", HandleAsync)
        .WithName("post_catalog_restore").WithTags("Datasets")
        .WithSummary("Registers every dataset that was ever extracted to the lake, with its versions and files; what is registered stays as it is")
        .Fails(ErrorCode.LocationNotFound, ErrorCode.ObjectStoreError);

    private static async Task<CatalogRestoreResponse> HandleAsync(LakeRestore restore, AmpSettings settings, CancellationToken cancellationToken)
    {
        var done = await restore.RestoreAllAsync(cancellationToken);
        return new CatalogRestoreResponse(
            [.. done.Datasets.Select(d => new RestoredDatasetInfo(
                d.Dataset.Namespace, d.Dataset.Name, d.Dataset.ManifestHash, d.Tags, [.. d.Tables.Select(t => RestoredTableInfo.From(t, settings))]))],
            done.Problems);
    }

    /// <param name="Problems">Manifests that could not be restored, and why.</param>
    public sealed record CatalogRestoreResponse(IReadOnlyList<RestoredDatasetInfo> Datasets, IReadOnlyList<FileProblem> Problems);

    /// <param name="Tags">Versions, and <c>dev</c>, that name the manifest.</param>
    public sealed record RestoredDatasetInfo(
        string Namespace, string Name, string ManifestHash, IReadOnlyList<string> Tags, IReadOnlyList<RestoredTableInfo> Tables);
}
