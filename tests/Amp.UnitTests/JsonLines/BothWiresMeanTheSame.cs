using Amp.Server.Flight;
using Amp.Server.JsonLines;
using Amp.Shared.Faults;
using Grpc.Core;

namespace Amp.UnitTests.JsonLines;

public sealed class BothWiresMeanTheSame
{
    [Theory]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.DeadlineExceeded)]
    public void A_code_that_has_a_status_here_has_its_like_there(int http, StatusCode grpc) =>
        Assert.Equal(
            Enum.GetValues<ErrorCode>().Where(c => FlightStatus.CodeOf(c) == grpc),
            Enum.GetValues<ErrorCode>().Where(c => JsonLinesErrors.StatusOf(c) == http));

    [Fact]
    public void A_file_that_is_gone_may_be_asked_for_again() => Assert.Equal(503, JsonLinesErrors.StatusOf(ErrorCode.SegmentGone));
}
