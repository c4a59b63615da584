using Amp.Server.Flight;
using Amp.Shared.Faults;
using Grpc.Core;

namespace Amp.UnitTests.Flight;

public sealed class FlightStatusTests
{
    [Theory]
    [InlineData(ErrorCode.InvalidSqlString, StatusCode.InvalidArgument)]
    [InlineData(ErrorCode.SqlParseError, StatusCode.InvalidArgument)]
    [InlineData(ErrorCode.InvalidPlan, StatusCode.InvalidArgument)]
    [InlineData(ErrorCode.InvalidTicket, StatusCode.InvalidArgument)]
    [InlineData(ErrorCode.InvalidCursor, StatusCode.InvalidArgument)]
    [InlineData(ErrorCode.TableNotFoundError, StatusCode.NotFound)]
    [InlineData(ErrorCode.DatasetNotFound, StatusCode.NotFound)]
    [InlineData(ErrorCode.TooManyQueries, StatusCode.ResourceExhausted)]
    [InlineData(ErrorCode.ResourcesExhausted, StatusCode.ResourceExhausted)]
    [InlineData(ErrorCode.QueryTimeout, StatusCode.DeadlineExceeded)]
    [InlineData(ErrorCode.QueryCancelled, StatusCode.Cancelled)]
    [InlineData(ErrorCode.StreamingNotSupported, StatusCode.Unimplemented)]
    [InlineData(ErrorCode.DatabaseUnavailable, StatusCode.Unavailable)]
    [InlineData(ErrorCode.SegmentGone, StatusCode.Unavailable)]
    [InlineData(ErrorCode.ExecutionError, StatusCode.Internal)]
    [InlineData(ErrorCode.InternalError, StatusCode.Internal)]
    public void A_fault_has_its_status_and_its_message_begins_with_its_code(ErrorCode code, StatusCode status)
    {
        var rpc = FlightStatus.ToRpc(new AmpException(code, "What\nhappened.", new InvalidOperationException("password of user x refused")));
        Assert.Equal(status, rpc.StatusCode);
        Assert.Equal($"{code.ToWire()}: What happened.", rpc.Status.Detail);
    }

    [Fact]
    public void A_message_too_long_for_a_trailer_is_cut()
    {
        var rpc = FlightStatus.ToRpc(new AmpException(ErrorCode.InvalidPlan, new string('x', 100_000)));
        Assert.InRange(rpc.Status.Detail.Length, 1000, 2100);
    }
}
