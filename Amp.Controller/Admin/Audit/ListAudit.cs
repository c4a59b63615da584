using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Audit;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Amp.Controller.Admin.Audit;

/// <summary><c>GET /audit</c>: the requests that change something, newest first.</summary>
internal static class ListAudit
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/audit", HandleAsync)
        .WithName("get_audit").WithTags("Audit").WithSummary("Lists who asked for which change, when, and what came of it, newest first")
        .Fails(ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<AuditResponse> HandleAsync(
        NpgsqlDataSource database, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "last_audit_id")] string? lastAuditId, CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        var before = Paging.Cursor("last_audit_id", lastAuditId);
        var (entries, next) = Paging.Cut(await AuditTrail.ListAsync(database, before, size + 1, cancellationToken), size, e => (long?)e.Id);
        return new AuditResponse(entries, next);
    }

    public sealed record AuditResponse(IReadOnlyList<AuditEntry> Entries, long? NextCursor);
}
