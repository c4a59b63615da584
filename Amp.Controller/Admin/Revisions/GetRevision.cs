using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary><c>GET /revisions/{id}</c>.</summary>
internal static class GetRevision
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/revisions/{id}", HandleAsync)
        .WithName("get_revisions_id").WithTags("Revisions").WithSummary("Tells of which table a revision is, and whether queries read it")
        .Fails(ErrorCode.InvalidLocationId, ErrorCode.LocationNotFound);

    private static async Task<RevisionInfo> HandleAsync(NpgsqlDataSource database, string id, CancellationToken cancellationToken) =>
        RevisionInfo.From(await RevisionInfo.FindAsync(database, id, cancellationToken));
}
