using Amp.Controller.Admin.Revisions;
using Amp.Controller.Admin.Wire;
using Amp.Controller.Restoring;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Options;
using Npgsql;

namespace Amp.Controller.Admin.Datasets;

/// <summary><c>POST …/tables/{table_name}/restore</c>: registers what lies in the lake of one table, and has queries read it.</summary>
internal static class RestoreTable
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/datasets/{namespace}/{name}/versions/{revision}/tables/{table_name}/restore", HandleAsync)
        .WithName("post_datasets_namespace_name_versions_revision_tables_table_name_restore").WithTags("Datasets")
        .WithSummary("Registers what lies in the lake of one table: in the location given, else in the active one, else in the newest folder")
        .Takes<RestoreTableRequest>().Produces<RestoredTableInfo>()
        .Fails(
            ErrorCode.InvalidPayload, ErrorCode.InvalidNamespace, ErrorCode.InvalidName, ErrorCode.InvalidRevision, ErrorCode.InvalidTableName,
            ErrorCode.DatasetNotFound, ErrorCode.TableNotFound, ErrorCode.LocationNotFound, ErrorCode.ObjectStoreError, ErrorCode.PayloadTooLarge);

    private static async Task<RestoredTableInfo> HandleAsync(
        NpgsqlDataSource database,
        LakeRestore restore,
        AmpSettings settings,
        HttpRequest request,
        string @namespace,
        string name,
        string revision,
        [Microsoft.AspNetCore.Mvc.FromRoute(Name = "table_name")] string tableName,
        CancellationToken cancellationToken)
    {
        var path = DatasetPath.Read(@namespace, name, revision);
        var asked = await RequestBody.ReadOptionalAsync(request, ErrorCode.InvalidPayload, new RestoreTableRequest(null), Read);
        var table = await NamedTable.FindAsync(database, path, DatasetNames.CheckTable(tableName), cancellationToken);
        var location = asked.LocationId is { } id ? await FindAsync(database, table, id, cancellationToken) : null;
        return RestoredTableInfo.From((await restore.RestoreAsync(table.Dataset, [table.Table], location, cancellationToken))[0], settings);
    }

    private static async Task<Location> FindAsync(NpgsqlDataSource database, NamedTable table, long id, CancellationToken cancellationToken)
    {
        var location = await LocationReading.FindAsync(database, id, cancellationToken)
            ?? throw new AmpException(ErrorCode.LocationNotFound, $"there is no location {id}, see GET /locations");
        return table.Is(location)
            ? location
            : throw new AmpException(
                ErrorCode.InvalidPayload,
                $"location {id} is of the table '{location.Table}' of '{location.Namespace}/{location.Name}@{location.ManifestHash}', not of '{table.Table}' of '{table.Dataset.FullName}@{table.Dataset.ManifestHash}'");
    }

    private static RestoreTableRequest Read(JsonNodeAt root)
    {
        if (root.Value.ValueKind == System.Text.Json.JsonValueKind.Null)
            return new RestoreTableRequest(null);
        root.Only("location_id");
        return new RestoreTableRequest(root.Optional("location_id")?.Long());
    }

    /// <param name="LocationId">Null or left out = the active location, else the newest folder in the lake.</param>
    public sealed record RestoreTableRequest(long? LocationId);
}
