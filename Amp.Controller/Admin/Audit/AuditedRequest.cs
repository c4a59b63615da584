using Amp.Shared.Metadata.Audit;
using Npgsql;

namespace Amp.Controller.Admin.Audit;

/// <summary>A request's entry in the audit trail, for endpoints whose path does not say what is to be changed.</summary>
internal sealed record AuditedRequest(NpgsqlDataSource Database, long Id)
{
    /// <summary>Writes down what the request is about; to be called before anything is changed.</summary>
    public static Task NameAsync(HttpRequest request, string subject, CancellationToken cancellationToken) =>
        request.HttpContext.Features.Get<AuditedRequest>() is { } entry ? AuditTrail.NameAsync(entry.Database, entry.Id, subject, cancellationToken) : Task.CompletedTask;
}
