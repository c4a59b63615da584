using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Files;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Revisions;

/// <summary><c>GET /revisions</c>: the revisions of all tables, oldest first.</summary>
internal static class ListRevisions
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/revisions", HandleAsync)
        .WithName("get_revisions").WithTags("Revisions").WithSummary("Lists the revisions of tables; the next page starts after last_revision_id")
        .Fails(ErrorCode.InvalidLimit, ErrorCode.InvalidCursor, ErrorCode.InvalidRequest);

    private static async Task<IReadOnlyList<RevisionInfo>> HandleAsync(
        NpgsqlDataSource database,
        [FromQuery(Name = "active")] string? active,
        [FromQuery(Name = "limit")] string? limit,
        [FromQuery(Name = "last_revision_id")] string? lastRevisionId,
        CancellationToken cancellationToken)
    {
        var after = Paging.Cursor("last_revision_id", lastRevisionId);
        return [.. (await LocationReading.ListAsync(database, QueryFlag.Read("active", active), after, Paging.Limit(limit), cancellationToken)).Select(RevisionInfo.From)];
    }
}
