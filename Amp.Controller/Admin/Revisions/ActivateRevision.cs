using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary><c>POST /revisions/{id}/activate</c>: queries read this revision of its table from now on, and no other.</summary>
internal static class ActivateRevision
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/revisions/{id}/activate", HandleAsync)
        .WithName("post_revisions_id_activate").WithTags("Revisions").WithSummary("Makes a revision the one of its table that queries read and jobs write")
        .Takes<TableOfDataset>().Produces(StatusCodes.Status200OK)
        .Fails(
            ErrorCode.InvalidPayload, ErrorCode.InvalidTableName, ErrorCode.InvalidName, ErrorCode.InvalidNamespace, ErrorCode.InvalidRevision,
            ErrorCode.InvalidLocationId, ErrorCode.LocationNotFound, ErrorCode.DatasetNotFound, ErrorCode.TableNotFound, ErrorCode.PayloadTooLarge);

    private static async Task<IResult> HandleAsync(NpgsqlDataSource database, HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var asked = await RequestBody.ReadAsync(request, ErrorCode.InvalidPayload, TableOfDataset.Read);
        var location = await RevisionInfo.FindAsync(database, id, cancellationToken);
        var table = await asked.FindAsync(database, cancellationToken);
        if (!table.Is(location))
        {
            throw new AmpException(
                ErrorCode.InvalidPayload,
                $"revision {location.Id} is of the table '{location.Table}' of '{location.Namespace}/{location.Name}@{location.ManifestHash}', not of '{asked.TableName}' of '{asked.Dataset}'");
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LocationWrites.ActivateAsync(connection, location, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Results.Ok();
    }
}
