using Amp.Shared.Chain;
using Amp.Shared.Metadata.Jobs;

namespace Amp.UnitTests.Jobs;

public sealed class JobProgressTests
{
    private static readonly string[] _tables = ["blocks", "logs"];

    [Fact]
    public void Without_segments_nothing_is_done_and_no_time_is_promised()
    {
        var progress = JobProgress.Compute(Job(0, 99), _tables, Facts(TimeSpan.FromSeconds(5)));
        Assert.Equal(new TableProgress(null, null, 0, 0, 0, 0, null), progress.Tables["logs"]);
        Assert.Equal(0UL, progress.BlocksDone);
        Assert.Equal(99UL, progress.TargetBlock);
        Assert.Null(progress.EtaSeconds);
    }

    [Fact]
    public void The_table_that_is_behind_decides()
    {
        var progress = JobProgress.Compute(
            Job(0, 99), _tables, Facts(TimeSpan.FromSeconds(10), [Segment("blocks", 0, 49), Segment("logs", 0, 19)], Recent("blocks", 0, 49), Recent("logs", 0, 19)));
        Assert.Equal(20UL, progress.BlocksDone);
        Assert.Equal(2.0, progress.BlocksPerSecond);
        Assert.Equal(40.0, progress.EtaSeconds);
        Assert.Equal(49UL, progress.Tables["blocks"].CurrentBlock);
        Assert.Equal((50UL, 5.0, 10.0), (progress.Tables["blocks"].BlocksDone, progress.Tables["blocks"].BlocksPerSecond, progress.Tables["blocks"].EtaSeconds));
    }

    [Fact]
    public void Blocks_that_are_covered_twice_or_lie_outside_count_once_or_not_at_all()
    {
        var progress = JobProgress.Compute(
            Job(10, 29), ["blocks"], Facts(TimeSpan.FromSeconds(1), [Segment("blocks", 0, 14), Segment("blocks", 12, 19), Segment("blocks", 25, 40)]));
        Assert.Equal(15UL, progress.BlocksDone);
    }

    [Fact]
    public void A_finished_job_has_no_time_left()
    {
        var progress = JobProgress.Compute(Job(0, 9), ["blocks"], Facts(TimeSpan.FromHours(1), [Segment("blocks", 0, 9)]));
        Assert.Equal(0.0, progress.EtaSeconds);
        Assert.Equal(0.0, progress.BlocksPerSecond);
    }

    [Fact]
    public void What_has_stopped_does_not_move_and_has_no_time_left()
    {
        var stopped = Job(0, 99) with { Status = JobStatus.Stopped };
        var progress = JobProgress.Compute(stopped, ["blocks"], Facts(TimeSpan.FromSeconds(10), [Segment("blocks", 0, 49)], Recent("blocks", 0, 49)));
        Assert.Equal((50UL, 0.0, null), (progress.BlocksDone, progress.BlocksPerSecond, progress.EtaSeconds));
    }

    [Fact]
    public void Only_the_last_minutes_make_the_speed()
    {
        var progress = JobProgress.Compute(
            Job(0, 1_000_000),
            ["blocks"],
            Facts(TimeSpan.FromHours(1), [Segment("blocks", 0, 100_299)], Recent("blocks", 100_000, 100_299)));
        Assert.Equal(1.0, progress.BlocksPerSecond);
    }

    [Fact]
    public void A_continuous_job_aims_at_the_tip_last_seen()
    {
        var job = Job(0, end: null) with { TipBlock = 9 };
        Assert.Equal(9UL, JobProgress.Compute(job, ["blocks"], Facts(TimeSpan.FromSeconds(1))).TargetBlock);
        Assert.Null(JobProgress.Compute(job with { TipBlock = null }, ["blocks"], Facts(TimeSpan.FromSeconds(1))).TargetBlock);
    }

    private static ProgressSegment Segment(string table, ulong start, ulong end) =>
        new((long)(start * 2) + 1, start, end, Hash(end + 1), Hash(start), DateTimeOffset.UnixEpoch, table, 10);

    private static RecentBlocks Recent(string table, ulong start, ulong end) => new(table, new BlockRange(start, end));

    private static Hash32 Hash(ulong number)
    {
        var bytes = new byte[Hash32.Size];
        BitConverter.TryWriteBytes(bytes, number + 1);
        return new Hash32(bytes);
    }

    private static JobProgressFacts Facts(TimeSpan sinceDeploy, ProgressSegment[]? segments = null, params RecentBlocks[] recent) => new(sinceDeploy, [], segments ?? [], recent, []);

    private static Job Job(ulong start, ulong? end) => new(
        1, "n", "d", "h", "evm-rpc", "m", JobStatus.Running, JobDescriptor.Default, start, end, end is null, null, null, 0, null, null,
        DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, []);
}
