using Amp.Query.Execution;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Query;

public sealed class GoneSegmentsTests
{
    private static readonly DateTimeOffset _asked = DateTimeOffset.UnixEpoch;

    [Fact]
    public async Task A_query_whose_file_is_gone_is_planned_on_what_is_there_now()
    {
        var plans = new List<DateTimeOffset?>();
        var answer = await GoneSegments.AnswerAsync(
            _asked,
            notBefore =>
            {
                plans.Add(notBefore);
                return plans.Count < 3 ? throw new AmpException(ErrorCode.SegmentGone, "gone") : Task.FromResult("rows");
            },
            () => true);
        Assert.Equal(("rows", 3), (answer, plans.Count));
        Assert.Equal([_asked, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue], plans);
    }

    [Theory]
    [InlineData(ErrorCode.SegmentGone, true, 16)]
    [InlineData(ErrorCode.SegmentGone, false, 1)]
    [InlineData(ErrorCode.ExecutionError, true, 1)]
    public async Task It_fails_when_that_does_not_help_or_rows_were_sent_or_another_fault_is_told(ErrorCode code, bool mayRepeat, int plans)
    {
        var made = 0;
        var fault = await Assert.ThrowsAsync<AmpException>(() => GoneSegments.AnswerAsync<bool>(
            _asked,
            _ =>
            {
                made++;
                throw new AmpException(code, "fault");
            },
            () => mayRepeat));
        Assert.Equal((code, plans), (fault.Code, made));
    }
}
