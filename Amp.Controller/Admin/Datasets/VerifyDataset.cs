using Amp.Controller.Admin.Wire;
using Amp.Controller.Restoring;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>POST …/versions/{revision}/verify</c>: compares the lake of a dataset version with the catalogue and tells what is wrong, and what mends it.</summary>
internal static class VerifyDataset
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/datasets/{namespace}/{name}/versions/{revision}/verify", HandleAsync)
        .WithName("post_datasets_namespace_name_versions_revision_verify").WithTags("Datasets")
        .WithSummary("Compares the lake of a version with the catalogue: files, sizes, footers, the chain without gaps; changes nothing")
        .Fails(ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidRevision, ErrorCode.DatasetNotFound, ErrorCode.ObjectStoreError);

    private static async Task<VerifyResponse> HandleAsync(
        NpgsqlDataSource database, LakeVerification verification, string @namespace, string name, string revision, CancellationToken cancellationToken)
    {
        var dataset = await DatasetReading.ResolveAsync(database, DatasetPath.Read(@namespace, name, revision), cancellationToken);
        var found = await verification.VerifyAsync(dataset, cancellationToken);
        return new VerifyResponse(
            dataset.ManifestHash,
            found.IsWhole,
            [.. found.Tables.Select(t => new TableReport(
                t.Table, t.LocationId, t.Files, t.Blocks is { } blocks ? new FoundBlocks(blocks.Start, blocks.End) : null, t.Problems))],
            found.Problems);
    }

    /// <param name="Whole">Nothing is wrong.</param>
    /// <param name="Problems">Of the tables together.</param>
    public sealed record VerifyResponse(string ManifestHash, bool Whole, IReadOnlyList<TableReport> Tables, IReadOnlyList<LakeProblem> Problems);

    /// <param name="FilesCount">Registered files.</param>
    /// <param name="Blocks">That queries read, both ends inclusive.</param>
    public sealed record TableReport(string TableName, long? LocationId, int FilesCount, FoundBlocks? Blocks, IReadOnlyList<LakeProblem> Problems);

    public sealed record FoundBlocks(ulong Start, ulong End);
}
