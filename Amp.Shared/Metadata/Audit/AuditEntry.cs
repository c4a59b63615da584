namespace Amp.Shared.Metadata.Audit;

/// <summary>A request that changes something, or was to.</summary>
/// <param name="Operation">The endpoint's name: <c>post_datasets</c>.</param>
/// <param name="Path">With the query, as it was sent.</param>
/// <param name="Subject">What it is about, where the path does not say it; null otherwise, and where its body could not be read.</param>
/// <param name="Status">Null while it is carried out, and for ever where the controller died meanwhile.</param>
/// <param name="ErrorCode">Null where it was carried out.</param>
public sealed record AuditEntry(
    long Id, DateTimeOffset At, string RemoteAddress, string? Principal, string Operation, string Method, string Path, string? Subject, DateTimeOffset? EndedAt, int? Status, string? ErrorCode);
