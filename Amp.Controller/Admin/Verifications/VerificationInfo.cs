using Amp.Controller.Verifying;

namespace Amp.Controller.Admin.Verifications;

/// <summary>A verification as clients see it.</summary>
/// <param name="Status">SCHEDULED, RUNNING, COMPLETED or FAILED.</param>
/// <param name="FilesCount">Registered files to be looked at; absent before it has begun.</param>
/// <param name="CheckedCount">Of them looked at so far.</param>
/// <param name="Report">What was found; absent while it is not COMPLETED.</param>
/// <param name="ErrorCode">Why it FAILED.</param>
public sealed record VerificationInfo(
    long Id,
    string DatasetNamespace,
    string DatasetName,
    string ManifestHash,
    string Status,
    DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    long? FilesCount,
    long CheckedCount,
    VerificationReport? Report,
    string? ErrorCode,
    string? ErrorMessage)
{
    internal static VerificationInfo From(Verification v) => new(
        v.Id, v.Namespace, v.Name, v.ManifestHash, v.Status, v.RequestedAt, v.StartedAt, v.EndedAt, v.FilesCount, v.CheckedCount, v.Report, v.Fault?.Code, v.Fault?.Message);
}
