using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary><c>DELETE /revisions/{id}</c>: forgets a revision that nobody reads or writes; its files stay, and can be restored.</summary>
internal static class DeleteRevision
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/revisions/{id}", HandleAsync)
        .WithName("delete_revisions_id").WithTags("Revisions").WithSummary("Forgets a revision that is not active; its files stay")
        .Produces(StatusCodes.Status204NoContent)
        .Fails(ErrorCode.InvalidLocationId, ErrorCode.LocationNotFound, ErrorCode.LocationConflict);

    private static async Task<IResult> HandleAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken)
    {
        var location = await RevisionInfo.FindAsync(database, id, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await LocationWrites.DeleteAsync(connection, location, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Results.NoContent();
    }
}
