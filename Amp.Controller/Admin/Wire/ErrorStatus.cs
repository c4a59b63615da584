using Amp.Shared.Faults;

namespace Amp.Controller.Admin.Wire;

/// <summary>The HTTP status of each error code of the Admin API.</summary>
internal static class ErrorStatus
{
    public static int Of(ErrorCode code) => code switch
    {
        ErrorCode.NotFound or ErrorCode.DatasetNotFound or ErrorCode.ManifestNotFound or ErrorCode.TableNotFound or ErrorCode.JobNotFound
            or ErrorCode.EventNotFound or ErrorCode.WorkerNotFound or ErrorCode.FileNotFound or ErrorCode.LocationNotFound or ErrorCode.ProviderNotFound
            or ErrorCode.VerificationNotFound or ErrorCode.TableNotFoundError => StatusCodes.Status404NotFound,
        ErrorCode.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ErrorCode.VersionConflict or ErrorCode.ActiveJobConflict or ErrorCode.JobConflict or ErrorCode.ManifestLinked or ErrorCode.LocationConflict or ErrorCode.ProviderConflict => StatusCodes.Status409Conflict,
        ErrorCode.PayloadTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.InvalidRequest or ErrorCode.InvalidPayload or ErrorCode.UnsupportedMediaType
            or ErrorCode.InvalidNamespace or ErrorCode.InvalidName or ErrorCode.InvalidVersion or ErrorCode.InvalidRevision or ErrorCode.InvalidTableName
            or ErrorCode.InvalidManifest or ErrorCode.InvalidManifestHash or ErrorCode.UnsupportedDatasetKind or ErrorCode.ManifestRegistrationError
            or ErrorCode.CannotDeleteLatestVersion or ErrorCode.InvalidEndBlock or ErrorCode.InvalidParallelism or ErrorCode.InvalidWorkerId
            or ErrorCode.WorkerNotAvailable or ErrorCode.VerifyNotSupported or ErrorCode.InvalidJobId or ErrorCode.InvalidJobStatus
            or ErrorCode.InvalidEventId or ErrorCode.InvalidLimit or ErrorCode.InvalidCursor or ErrorCode.InvalidFileId or ErrorCode.InvalidLocationId or ErrorCode.InvalidProvider
            or ErrorCode.NoProviderForNetwork or ErrorCode.InvalidNodeId or ErrorCode.InvalidVerificationId
            or ErrorCode.InvalidSqlString or ErrorCode.SqlParseError or ErrorCode.InvalidPlan or ErrorCode.StreamingNotSupported or ErrorCode.NotImplemented
            // SQL is planned here over no rows, so what fails is a constant of its own.
            or ErrorCode.ExecutionError => StatusCodes.Status400BadRequest,
        ErrorCode.TooManyQueries => StatusCodes.Status429TooManyRequests,
        ErrorCode.QueryTimeout => StatusCodes.Status504GatewayTimeout,
        ErrorCode.ResourcesExhausted => StatusCodes.Status507InsufficientStorage,
        ErrorCode.DatabaseUnavailable or ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };
}
