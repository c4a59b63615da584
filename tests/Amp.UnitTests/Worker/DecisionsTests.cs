using System.Text.Json;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Worker.Jobs;
using Amp.Worker.Materialize;

namespace Amp.UnitTests.Worker;

/// <summary>The pure decisions of a worker, as tables.</summary>
public class DecisionsTests
{
    [Theory]
    [InlineData(null, 100_000, 4, 100)]
    [InlineData(0.1, 100_000, 4, 16)]
    [InlineData(50.0, 100_000, 4, 1_000)]
    [InlineData(50.0, 2_000, 4, 500)]
    [InlineData(50.0, 200, 4, 100)]
    [InlineData(1e9, 100_000_000, 4, 1_000_000)]
    [InlineData(50.0, 2_000, 1, 1_000)]
    public void A_range_is_what_takes_twenty_seconds_or_a_share_of_the_rest(double? speed, ulong waiting, int parallelism, ulong size) =>
        Assert.Equal(size, RangeSizes.Decide(speed, waiting, parallelism));

    [Theory]
    [InlineData(null, 5000)]
    [InlineData(0, 5000)]
    [InlineData(5001, 5001)]
    [InlineData(4990, 4990)]
    public void Work_that_has_not_begun_stands_where_its_range_does(int? reached, ulong place) =>
        Assert.Equal(place, RangeRunner.Place(new RangeLease(1, 1, null!, 1, 5000, null, true, 5000), (ulong?)reached));

    [Theory]
    [InlineData(1.0, null, 250)]
    [InlineData(1.0, 1, 250)]
    [InlineData(1.0, 2, 250)]
    [InlineData(1.0, 12, 1000)]
    [InlineData(0.1, 1, 100)]
    [InlineData(0.1, null, 50)]
    [InlineData(10.0, 12, 2500)]
    [InlineData(10.0, 60, 7500)]
    [InlineData(10.0, 600, 10000)]
    public void The_head_is_asked_for_often_enough_and_no_oftener(double interval, int? blockTime, double milliseconds) =>
        Assert.Equal(milliseconds, HeadPace.Pause(TimeSpan.FromSeconds(interval), (ulong?)blockTime, isAnnounced: false).TotalMilliseconds);

    [Theory]
    [InlineData(1.0, null, 5000)]
    [InlineData(1.0, 12, 5000)]
    [InlineData(0.01, null, 50)]
    [InlineData(3600.0, 1, 18_000_000)]
    public void Where_new_heads_are_announced_it_is_asked_for_less_often(double interval, int? blockTime, double milliseconds) =>
        Assert.Equal(milliseconds, HeadPace.Pause(TimeSpan.FromSeconds(interval), (ulong?)blockTime, isAnnounced: true).TotalMilliseconds);

    [Fact]
    public void A_retryable_fault_is_an_error_and_any_other_is_fatal()
    {
        Assert.Equal(JobStatus.Error, FailureVerdict.Of(new RetryableException(ErrorCode.ProviderUnavailable, "away")).Status);
        Assert.Equal(TimeSpan.FromSeconds(7), FailureVerdict.Of(
            new RetryableException(ErrorCode.ProviderUnavailable, "busy", retryAfter: TimeSpan.FromSeconds(7))).RetryAfter);
        Assert.Equal(JobStatus.Fatal, FailureVerdict.Of(new AmpException(ErrorCode.NetworkMismatch, "other")).Status);
    }

    public static TheoryData<Exception, JobStatus, ErrorCode> Faults => new()
    {
        { new Npgsql.NpgsqlException("gone"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { new Npgsql.PostgresException("terminated", "FATAL", "FATAL", "57P01"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("08006"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("0A000"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("23505"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("28P01"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("40001"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("40P01"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("53300"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("53100"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("55P03"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("57014"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("57P03"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("XX000"), JobStatus.Error, ErrorCode.DatabaseUnavailable },
        { Refusal("22003"), JobStatus.Fatal, ErrorCode.InternalError },
        { Refusal("22P02"), JobStatus.Fatal, ErrorCode.InternalError },
        { Refusal("42501"), JobStatus.Fatal, ErrorCode.InternalError },
        { Refusal("42601"), JobStatus.Fatal, ErrorCode.InternalError },
        { Refusal("42703"), JobStatus.Fatal, ErrorCode.InternalError },
        { Refusal("42P01"), JobStatus.Fatal, ErrorCode.InternalError },
        { new IOException("the disk"), JobStatus.Error, ErrorCode.Unavailable },
        { new EndOfStreamException("cut short"), JobStatus.Error, ErrorCode.Unavailable },
        { new UnauthorizedAccessException("the folder"), JobStatus.Error, ErrorCode.Unavailable },
        { new System.Net.Sockets.SocketException(111), JobStatus.Error, ErrorCode.Unavailable },
        { new HttpRequestException("refused"), JobStatus.Error, ErrorCode.Unavailable },
        { new TimeoutException("late"), JobStatus.Error, ErrorCode.Unavailable },
        { new TaskCanceledException("late"), JobStatus.Error, ErrorCode.Unavailable },
        { new AggregateException(new IOException("the disk")), JobStatus.Error, ErrorCode.Unavailable },
        { new InsufficientMemoryException(), JobStatus.Error, ErrorCode.ResourcesExhausted },
        { new InvalidOperationException("a bug"), JobStatus.Fatal, ErrorCode.InternalError },
        { new ObjectDisposedException("a bug"), JobStatus.Fatal, ErrorCode.InternalError },
        { new NotSupportedException("a bug"), JobStatus.Fatal, ErrorCode.InternalError },
        { new ArgumentException("a bug"), JobStatus.Fatal, ErrorCode.InternalError },
        { new AggregateException(new IOException("the disk"), new ArgumentException("a bug")), JobStatus.Fatal, ErrorCode.InternalError },
    };

    private static Npgsql.PostgresException Refusal(string sqlState) => new("refused", "ERROR", "ERROR", sqlState);

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Faults_of_the_outer_world_are_tried_again_and_unknown_ones_are_not(Exception fault, JobStatus status, ErrorCode code)
    {
        var verdict = FailureVerdict.Of(fault);
        Assert.Equal((status, code), (verdict.Status, verdict.Code));
    }

    [Theory]
    [InlineData(20, false, nameof(PieceEnd.Complete))]
    [InlineData(20, true, nameof(PieceEnd.Complete))]
    [InlineData(19, true, nameof(PieceEnd.Stopped))]
    [InlineData(19, false, null)]
    [InlineData(10, false, null)]
    public void A_piece_is_complete_when_its_last_block_is_registered_and_not_before(ulong next, bool stopping, string? end)
    {
        if (end is not null)
            Assert.Equal(end, RangeExtraction.EndOf(new BlockRange(10, 19), next, stopping).ToString());
        else
            Assert.Contains($"block {next} never came", Assert.Throws<RetryableException>(() => RangeExtraction.EndOf(new BlockRange(10, 19), next, stopping)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_that_fails_names_itself_once()
    {
        var detail = JsonElement.Parse(FailureVerdict.Of(new AmpException(ErrorCode.BlockInvalid, "the roots differ") { BlockHash = Hash(3) }).ToDetail(17));
        Assert.Equal("BLOCK_INVALID", detail.GetProperty("error_code").GetString());
        Assert.Equal("block 17: the roots differ", detail.GetProperty("message").GetString());
        Assert.Equal(17UL, detail.GetProperty("block").GetUInt64());
        Assert.Equal(Hash(3).ToString(), detail.GetProperty("hash").GetString());

        var named = JsonElement.Parse(FailureVerdict.Of(new AmpException(ErrorCode.BlockInvalid, "block 17: no")).ToDetail(17));
        Assert.Equal("block 17: no", named.GetProperty("message").GetString());
        var other = JsonElement.Parse(FailureVerdict.Of(new AmpException(ErrorCode.ProviderNotFound, "none")).ToDetail(17));
        Assert.False(other.TryGetProperty("block", out _));
    }

    public static TheoryData<string, ulong?, ulong, ulong?, bool> Ends => new()
    {
        { "latest", null, 500, 500, false },
        { "latest", 480, 500, 480, true },
        { "-20", null, 500, 480, false },
        { "400", null, 500, 400, false },
        { "400", 400, 300, 400, true },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void The_end_is_fixed_when_a_job_is_first_planned(string end, ulong? before, ulong tip, ulong? resolved, bool planned) =>
        Assert.Equal(resolved, JobPlanner.ResolveEnd(JobThatEnds(end, before, planned), tip));

    [Fact]
    public void A_continuous_job_has_no_end() => Assert.Null(JobPlanner.ResolveEnd(JobThatEnds(end: null, before: null, planned: false), 9));

    [Theory]
    [InlineData("501", 500)]
    [InlineData("-495", 500)]
    [InlineData("-501", 500)]
    [InlineData("latest", 5)]
    public void An_end_that_the_chain_does_not_have_is_refused(string end, ulong tip) =>
        Assert.Equal(ErrorCode.InvalidEndBlock, Assert.Throws<AmpException>(() => JobPlanner.ResolveEnd(JobThatEnds(end, before: null, planned: false), tip)).Code);

    public static TheoryData<string, ulong, ulong?, ulong, string, string, string> Plans => new()
    {
        { "all of a new job", 0, 99, 200, "", "", "0-99" },
        { "what is not registered", 0, 99, 200, "", "0-9 50-59", "10-49 60-99" },
        { "nor worked on", 0, 99, 200, "10-29", "0-9", "30-99" },
        { "nothing when all is there", 0, 99, 200, "", "0-99", "" },
        { "backlog and head", 0, null, 200, "", "", "0-200 201-" },
        { "a head alone above a start beyond the tip", 500, null, 200, "", "", "500-" },
        { "a head alone when the backlog is there", 0, null, 200, "", "0-200", "201-" },
        { "a head behind what a further node gave", 0, null, 200, "", "0-210", "211-" },
        { "no second head", 0, null, 300, "201-", "0-100", "101-200" },
        { "nothing of the head's own part", 0, null, 300, "201-", "0-200", "" },
    };

    [Theory]
    [MemberData(nameof(Plans))]
    public void A_plan_is(string name, ulong start, ulong? end, ulong tip, string open, string registered, string plan)
    {
        Assert.NotEmpty(name);
        var ranges = Parts(open).Select(p => new OpenRange(p.Start, p.End)).ToArray();
        var segments = Parts(registered).Select((p, i) => new SegmentInfo(i + 1, p.Start, p.End!.Value, Hash(p.End.Value), p.Start == 0 ? Hash32.Zero : Hash(p.Start - 1), default)).ToArray();
        var made = OpenRanges.Decide(start, end, tip, ranges, [segments]);
        Assert.Equal(plan, string.Join(' ', made.Ordinary.Select(r => $"{r.Start}-{r.End}").Concat(made.Head is { } head ? [$"{head}-"] : [])));
    }

    [Fact]
    public void A_head_of_the_same_height_and_another_hash_is_a_reorganisation()
    {
        var place = new HeadPlace(10, Hash(9));
        Assert.True(place.IsReplacedBy(new BlockHeader(9, Hash(99), Hash(8), 0)));
        Assert.False(place.IsReplacedBy(new BlockHeader(9, Hash(9), Hash(8), 0)));
        Assert.False(place.IsReplacedBy(new BlockHeader(10, Hash(99), Hash(98), 0)));
        Assert.False(new HeadPlace(10, ParentHash: null).IsReplacedBy(new BlockHeader(9, Hash(99), Hash(8), 0)));
    }

    private static Job JobThatEnds(string? end, ulong? before, bool planned) => new(
        1, "n", "d", new string('a', 64), "evm-rpc", "net", JobStatus.Scheduled, new JobDescriptor(EndBlock.Parse(end), 4, WorkerId: null, Verify: false),
        StartBlock: 10, before, Continuous: end is null, planned ? DateTimeOffset.UnixEpoch : null, TipBlock: null, Attempts: 0, RetryAt: null, Detail: null,
        default, default, default, []);

    private static IEnumerable<(ulong Start, ulong? End)> Parts(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part =>
    {
        var numbers = part.Split('-');
        return (ulong.Parse(numbers[0]), numbers[1].Length == 0 ? (ulong?)null : ulong.Parse(numbers[1]));
    });

    private static Hash32 Hash(ulong number)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        BitConverter.TryWriteBytes(bytes, number);
        bytes[^1] = 1;
        return new Hash32(bytes);
    }
}
