using Amp.Shared.Faults;
using Grpc.Core;

namespace Amp.Server.Flight;

/// <summary>Faults as gRPC statuses. The message begins with the error code that JSON Lines shows for the same fault.</summary>
public static class FlightStatus
{
    /// <summary>gRPC sends the message in a trailer; clients refuse trailers beyond some kilobytes.</summary>
    private const int MessageLimit = 2000;

    public static RpcException ToRpc(AmpException fault)
    {
        var text = $"{fault.Code.ToWire()}: {fault.Message.ReplaceLineEndings(" ")}";
        if (text.Length > MessageLimit)
            text = text[..MessageLimit] + "…";
        return new RpcException(new Status(CodeOf(fault.Code), text, fault));
    }

    public static StatusCode CodeOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidSqlString or ErrorCode.SqlParseError or ErrorCode.InvalidPlan or ErrorCode.InvalidTicket or ErrorCode.InvalidRequest
            or ErrorCode.InvalidPayload or ErrorCode.InvalidCursor or ErrorCode.InvalidNamespace or ErrorCode.InvalidName or ErrorCode.InvalidVersion
            or ErrorCode.InvalidRevision or ErrorCode.InvalidTableName => StatusCode.InvalidArgument,
        ErrorCode.TableNotFoundError or ErrorCode.TableNotFound or ErrorCode.DatasetNotFound or ErrorCode.NotFound => StatusCode.NotFound,
        ErrorCode.ResourcesExhausted or ErrorCode.TooManyQueries or ErrorCode.PayloadTooLarge => StatusCode.ResourceExhausted,
        ErrorCode.QueryTimeout => StatusCode.DeadlineExceeded,
        ErrorCode.QueryCancelled => StatusCode.Cancelled,
        ErrorCode.StreamingNotSupported or ErrorCode.NotImplemented => StatusCode.Unimplemented,
        ErrorCode.DatabaseUnavailable or ErrorCode.DatabaseNewer or ErrorCode.DatabaseOlder or ErrorCode.ObjectStoreError or ErrorCode.SegmentGone
            or ErrorCode.Unavailable => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };
}
