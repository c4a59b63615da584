using Amp.Shared.Datasets;

namespace Amp.Controller.Verifying;

/// <summary>A verification as the database keeps it.</summary>
/// <param name="Status">One of <see cref="VerificationStatus"/>.</param>
/// <param name="FilesCount">Registered files to be looked at; null before it has begun.</param>
/// <param name="CheckedCount">Of them looked at so far.</param>
/// <param name="Report">What was found; null while it is not COMPLETED.</param>
/// <param name="Fault">Code and message of what it FAILED for.</param>
/// <param name="Attempts">How often a controller began it.</param>
internal sealed record Verification(
    long Id,
    string Namespace,
    string Name,
    string ManifestHash,
    string Status,
    DateTimeOffset RequestedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    long? FilesCount,
    long CheckedCount,
    VerificationReport? Report,
    (string Code, string Message)? Fault,
    int Attempts)
{
    public DatasetReference Dataset => new(Namespace, Name, DatasetRevision.Parse(ManifestHash));
}
