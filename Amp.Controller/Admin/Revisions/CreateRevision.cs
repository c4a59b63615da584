using Amp.Controller.Admin.Audit;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary><c>POST /revisions</c>: registers a folder of the lake as a revision of a table; it is not active yet and its files are not registered.</summary>
internal static class CreateRevision
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/revisions", HandleAsync)
        .WithName("post_revisions").WithTags("Revisions").WithSummary("Registers a folder of the lake as a revision of a table; restore and activate it then")
        .Takes<CreateRevisionRequest>()
        .Fails(
            ErrorCode.InvalidPayload, ErrorCode.InvalidTableName, ErrorCode.InvalidName, ErrorCode.InvalidNamespace, ErrorCode.InvalidRevision,
            ErrorCode.DatasetNotFound, ErrorCode.TableNotFound, ErrorCode.LocationConflict, ErrorCode.PayloadTooLarge);

    private static async Task<CreateRevisionResponse> HandleAsync(NpgsqlDataSource database, HttpRequest request, CancellationToken cancellationToken)
    {
        var asked = await RequestBody.ReadAsync(request, ErrorCode.InvalidPayload, Read);
        var reference = DatasetReference.Parse(asked.Dataset);
        await AuditedRequest.NameAsync(request, $"{reference} {asked.TableName}: {asked.Path}", cancellationToken);
        var (dataset, table) = await NamedTable.FindAsync(database, reference, asked.TableName, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return new CreateRevisionResponse(await LocationWrites.PutAsync(
            connection, dataset.Namespace, dataset.Name, dataset.ManifestHash, table, asked.Path, cancellationToken));
    }

    private static CreateRevisionRequest Read(JsonNodeAt root)
    {
        root.Only("table_name", "dataset", "path");
        var path = root.Required("path");
        var text = path.String().TrimEnd('/');
        return LakePath.IsValid(text)
            ? new CreateRevisionRequest(DatasetNames.CheckTable(root.Required("table_name").String()), root.Required("dataset").String(), text)
            : throw path.Fault($"'{path.String()}' is not a folder of the lake: names joined by '/', relative to data_dir, without '..', of at most 255 bytes each and 1024 in all, are needed");
    }

    /// <param name="Dataset"><c>namespace/name[@revision]</c>.</param>
    /// <param name="Path">Relative to the root of the lake.</param>
    public sealed record CreateRevisionRequest(string TableName, string Dataset, string Path);

    public sealed record CreateRevisionResponse(long LocationId);
}
