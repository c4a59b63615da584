using Amp.Controller.Admin.Audit;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Datasets;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary><c>POST /revisions/deactivate</c>: queries read no revision of a table any more.</summary>
internal static class DeactivateRevision
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/revisions/deactivate", HandleAsync)
        .WithName("post_revisions_deactivate").WithTags("Revisions").WithSummary("Takes a table from queries; its revisions and files stay")
        .Takes<TableOfDataset>().Produces(StatusCodes.Status200OK)
        .Fails(
            ErrorCode.InvalidPayload, ErrorCode.InvalidTableName, ErrorCode.InvalidName, ErrorCode.InvalidNamespace, ErrorCode.InvalidRevision,
            ErrorCode.DatasetNotFound, ErrorCode.TableNotFound, ErrorCode.PayloadTooLarge);

    private static async Task<IResult> HandleAsync(NpgsqlDataSource database, HttpRequest request, CancellationToken cancellationToken)
    {
        var asked = await RequestBody.ReadAsync(request, ErrorCode.InvalidPayload, TableOfDataset.Read);
        await AuditedRequest.NameAsync(request, $"{DatasetReference.Parse(asked.Dataset)} {asked.TableName}", cancellationToken);
        var (dataset, table) = await asked.FindAsync(database, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LocationWrites.DeactivateAsync(connection, dataset.Namespace, dataset.Name, dataset.ManifestHash, table, except: null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Results.Ok();
    }
}
