using System.Text;

namespace Amp.Shared.Faults;

/// <summary>Every error code a client can see. On the wire a code is its name in SCREAMING_SNAKE_CASE; the list may only grow.</summary>
public enum ErrorCode
{
    InternalError,
    InvalidConfig,
    InvalidRequest,
    InvalidPayload,
    PayloadTooLarge,
    UnsupportedMediaType,
    NotFound,
    MethodNotAllowed,
    DatabaseUnavailable,
    DatabaseNewer,
    DatabaseOlder,
    ObjectStoreError,

    InvalidNamespace,
    InvalidName,
    InvalidVersion,
    InvalidRevision,
    InvalidTableName,
    InvalidManifest,
    InvalidManifestHash,
    UnsupportedDatasetKind,
    ManifestNotFound,
    ManifestLinked,
    ManifestRegistrationError,
    DatasetNotFound,
    TableNotFound,
    VersionConflict,
    CannotDeleteLatestVersion,
    ActiveJobConflict,

    InvalidEndBlock,
    InvalidParallelism,
    InvalidWorkerId,
    WorkerNotAvailable,
    WorkerNotFound,
    VerifyNotSupported,
    InvalidJobId,
    InvalidJobStatus,
    InvalidEventId,
    JobNotFound,
    EventNotFound,
    JobConflict,
    InvalidLimit,
    InvalidCursor,
    InvalidFileId,
    FileNotFound,
    InvalidLocationId,
    LocationNotFound,
    LocationConflict,
    InvalidVerificationId,
    VerificationNotFound,

    InvalidProvider,
    ProviderNotFound,
    NoProviderForNetwork,
    ProviderUnavailable,
    ProviderRejected,
    ProviderAnswerInvalid,
    NetworkMismatch,
    BlockNotFound,
    BlockInvalid,
    ReorganisedChain,
    LeaseLost,
    NodeIdTaken,
    InvalidNodeId,

    InvalidSqlString,
    SqlParseError,
    InvalidPlan,
    TableNotFoundError,
    StreamingNotSupported,
    NotImplemented,
    TooManyQueries,
    QueryTimeout,
    QueryCancelled,
    ResourcesExhausted,
    ExecutionError,
    SegmentGone,
    InvalidTicket,
    Unavailable,
    ProviderConflict,
}

/// <summary>The spelling of error codes on the wire.</summary>
public static class ErrorCodeText
{
    private static readonly string[] _texts = [.. Enum.GetNames<ErrorCode>().Select(ToScreamingSnake)];

    public static string ToWire(this ErrorCode code) => _texts[(int)code];

    private static string ToScreamingSnake(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }
}
