using Amp.Controller.Admin.Locations;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Files;

/// <summary><c>GET /files/{file_id}</c>: one registered file.</summary>
internal static class GetFile
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/files/{file_id}", HandleAsync)
        .WithName("get_files_file_id").WithTags("Files").WithSummary("Tells where a registered file lies and what it holds")
        .Fails(ErrorCode.InvalidFileId, ErrorCode.FileNotFound);

    private static async Task<FileInfo> HandleAsync(
        NpgsqlDataSource database, AmpSettings settings, [FromRoute(Name = "file_id")] string fileId, CancellationToken cancellationToken)
    {
        var id = Paging.Id(fileId, ErrorCode.InvalidFileId, "a file's id");
        var file = await FileReading.FindAsync(database, id, cancellationToken)
            ?? throw new AmpException(ErrorCode.FileNotFound, $"there is no file {id}");
        return new FileInfo(
            file.Id,
            file.LocationId,
            file.FileName,
            LakeUrl.Of(settings, $"{file.Path.TrimEnd('/')}/{file.FileName}"),
            file.ObjectSize,
            file.ObjectETag,
            new FileMetadata(file.Table, file.FileName, file.CreatedAt, [FileRange.From(file)], file.RowCount, file.Generation, file.ParentIds));
    }

    /// <param name="ObjectETag">What the object store calls this version of the file.</param>
    public sealed record FileInfo(
        long Id,
        long LocationId,
        string FileName,
        string Url,
        long ObjectSize,
        [property: System.Text.Json.Serialization.JsonPropertyName("object_e_tag")] string? ObjectETag,
        FileMetadata Metadata);

    public sealed record FileMetadata(
        string Table,
        string Filename,
        DateTimeOffset CreatedAt,
        IReadOnlyList<FileRange> Ranges,
        long RowCount,
        long Generation,
        IReadOnlyList<long> ParentFileIds);
}
