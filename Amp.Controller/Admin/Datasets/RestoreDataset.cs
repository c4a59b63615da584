using Amp.Controller.Admin.Locations;
using Amp.Controller.Admin.Wire;
using Amp.Controller.Registration;
using Amp.Controller.Restoring;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Options;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>POST …/versions/{revision}/restore</c>: registers what lies in the lake of a dataset version's tables, and has queries read it.</summary>
internal static class RestoreDataset
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/datasets/{namespace}/{name}/versions/{revision}/restore", HandleAsync)
        .WithName("post_datasets_namespace_name_versions_revision_restore").WithTags("Datasets")
        .WithSummary("Registers what lies in the lake of a dataset version's tables, all of it at once")
        .Produces<DatasetRestoreResponse>(StatusCodes.Status202Accepted)
        .Fails(
            ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidRevision, ErrorCode.DatasetNotFound, ErrorCode.LocationNotFound,
            ErrorCode.ObjectStoreError);

    private static async Task<IResult> HandleAsync(
        NpgsqlDataSource database,
        LakeRestore restore,
        AmpSettings settings,
        string @namespace,
        string name,
        string revision,
        CancellationToken cancellationToken)
    {
        var dataset = await DatasetReading.ResolveAsync(database, DatasetPath.Read(@namespace, name, revision), cancellationToken);
        var tables = await restore.RestoreAsync(dataset, DatasetKinds.TablesOf(dataset.ReadManifest()), location: null, cancellationToken);
        return Results.Json(
            new DatasetRestoreResponse([.. tables.Select(t => RestoredTableInfo.From(t, settings))]), statusCode: StatusCodes.Status202Accepted);
    }

    public sealed record DatasetRestoreResponse(IReadOnlyList<RestoredTableInfo> Tables);
}

/// <summary>A table that was restored.</summary>
/// <param name="TotalFiles">Segments in its folder.</param>
/// <param name="RegisteredFiles">Of them, those that no row had named.</param>
/// <param name="Problems">Files of the folder that are no segments of the table, and why; they are left alone.</param>
internal sealed record RestoredTableInfo(
    string TableName, long LocationId, string Url, int TotalFiles, int RegisteredFiles, IReadOnlyList<FileProblem> Problems)
{
    public static RestoredTableInfo From(RestoredTable table, AmpSettings settings) => new(
        table.Location.Table, table.Location.Id, LakeUrl.Of(settings, table.Location.Path), table.Folder.Files.Count, table.Registered, table.Folder.Problems);
}
