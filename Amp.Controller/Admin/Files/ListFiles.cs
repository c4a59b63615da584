using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Files;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Files;

/// <summary><c>GET /files?dataset=</c>: the registered files of a dataset, in the order of their registration.</summary>
internal static class ListFiles
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/files", HandleAsync)
        .WithName("get_files").WithTags("Files").WithSummary("Lists the registered files of a dataset with blocks, hashes and sizes")
        .Fails(
            ErrorCode.InvalidRequest, ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidRevision, ErrorCode.InvalidTableName,
            ErrorCode.DatasetNotFound, ErrorCode.TableNotFound, ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<FilesResponse> HandleAsync(
        NpgsqlDataSource database,
        [FromQuery(Name = "dataset")] string? dataset,
        [FromQuery(Name = "table")] string? table,
        [FromQuery(Name = "limit")] string? limit,
        [FromQuery(Name = "last_file_id")] string? lastFileId,
        CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        var after = Paging.Cursor("last_file_id", lastFileId);
        if (string.IsNullOrEmpty(dataset))
            throw new AmpException(ErrorCode.InvalidRequest, "dataset is missing; say whose files: ?dataset=namespace/name");
        var resolved = await ResolveAsync(database, dataset, cancellationToken);
        if (table is not null && !Registration.DatasetKinds.TablesOf(resolved.ReadManifest()).Contains(DatasetNames.CheckTable(table), StringComparer.Ordinal))
            throw new AmpException(ErrorCode.TableNotFound, $"dataset '{resolved.FullName}' has no table '{table}'");
        var query = new FileQuery(resolved.Namespace, resolved.Name, resolved.ManifestHash, table, after, size + 1);
        var (files, next) = Paging.Cut(await FileReading.ListAsync(database, query, cancellationToken), size, f => (long?)f.Id);
        return new FilesResponse(
            [.. files.Select(f => new FileSummary(f.Id, f.LocationId, f.Table, f.FileName, f.ObjectSize, [FileRange.From(f)], f.Generation, f.RowCount))], next);
    }

    // Without a revision the newest is meant: the highest version, or dev where no version has been given yet.
    private static async Task<ResolvedDataset> ResolveAsync(NpgsqlDataSource database, string text, CancellationToken cancellationToken)
    {
        var reference = DatasetReference.Parse(text);
        if (!text.Contains('@', StringComparison.Ordinal)
            && await DatasetReading.FindAsync(database, reference.Namespace, reference.Name, cancellationToken) is { Latest: null })
        {
            reference = reference with { Revision = DatasetRevision.Dev };
        }

        return await DatasetReading.ResolveAsync(database, reference, cancellationToken);
    }

    public sealed record FilesResponse(IReadOnlyList<FileSummary> Files, long? NextCursor);

    public sealed record FileSummary(
        long Id, long LocationId, string Table, string FileName, long ObjectSize, IReadOnlyList<FileRange> Ranges, long Generation, long RowCount);
}
