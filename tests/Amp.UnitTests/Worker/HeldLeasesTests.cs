using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Amp.Worker.Coordination;

namespace Amp.UnitTests.Worker;

public sealed class HeldLeasesTests
{
    private static readonly WorkerIdentity _worker = WorkerIdentity.OfThisProcess("worker-1", slots: 2);

    [Fact]
    public void A_lost_range_can_be_taken_again_before_its_dropped_run_has_ended()
    {
        var leases = new HeldLeases(TimeProvider.System);
        var first = leases.Add(Lease(epoch: 1));
        Assert.Same(first, Assert.Single(leases.LoseAll()));

        var second = leases.Add(Lease(epoch: 2));
        leases.Remove(first);

        Assert.Equal(1, leases.OrdinaryCount);
        Assert.Equal([(5L, 2L)], leases.AtWork().Ranges);
        Assert.False(second.Lost.IsCancellationRequested);
        leases.Remove(second);
        Assert.True(leases.IsEmpty);
    }

    [Fact]
    public void A_beat_loses_only_the_epoch_that_the_database_no_longer_knows()
    {
        var leases = new HeldLeases(TimeProvider.System);
        var first = leases.Add(Lease(epoch: 1));
        var second = leases.Add(Lease(epoch: 2));

        var lost = leases.Confirm([new HeldRange(5, 2, JobStatus.Running)], TimeProvider.System.GetTimestamp());

        Assert.Same(first, Assert.Single(lost));
        Assert.False(second.Lost.IsCancellationRequested);
    }

    [Fact]
    public void A_lost_range_is_not_renewed_while_its_dropped_run_ends()
    {
        var leases = new HeldLeases(TimeProvider.System);
        leases.Add(Lease(epoch: 1));
        leases.LoseAll();

        Assert.Empty(leases.AtWork().Ranges);
    }

    [Fact]
    public void What_was_dropped_or_could_not_be_told_leaves_a_doubt_once()
    {
        var leases = new HeldLeases(TimeProvider.System);
        Assert.False(leases.TakeDoubt());

        var told = leases.Add(Lease(epoch: 1));
        leases.Remove(told);
        Assert.False(leases.TakeDoubt());

        // Only when it is not at work any more: until then a look keeps it.
        var untold = leases.Add(Lease(epoch: 2));
        untold.Abandon();
        Assert.False(leases.TakeDoubt());
        leases.Remove(untold);
        Assert.True(leases.TakeDoubt());
        Assert.False(leases.TakeDoubt());

        leases.LoseAll();
        Assert.True(leases.TakeDoubt());
    }

    [Fact]
    public void What_was_asked_to_stop_is_dropped_when_its_grace_period_is_over_and_not_before()
    {
        var clock = new StoppedClock();
        var leases = new HeldLeases(clock);
        var (asked, kept) = (leases.Add(Lease(epoch: 1)), leases.Add(Lease(epoch: 2)));
        clock.Seconds = 1;
        leases.Confirm([new HeldRange(5, 1, JobStatus.StopRequested), new HeldRange(5, 2, JobStatus.Running)], clock.GetTimestamp());
        clock.Seconds = 31;
        leases.Confirm([new HeldRange(5, 1, JobStatus.Stopping), new HeldRange(5, 2, JobStatus.Running)], clock.GetTimestamp());
        Assert.Empty(leases.LoseOverdue(TimeSpan.FromSeconds(30)));
        Assert.False(leases.TakeDoubt());

        clock.Seconds = 32;
        Assert.Same(asked, Assert.Single(leases.LoseOverdue(TimeSpan.FromSeconds(30))));
        Assert.True(asked.IsLost && asked.Ending.IsCancellationRequested);
        Assert.False(kept.IsLost || kept.Ending.IsCancellationRequested);
        Assert.Equal([(5L, 2L)], leases.AtWork().Ranges);
        Assert.True(leases.TakeDoubt());
        Assert.Empty(leases.LoseOverdue(TimeSpan.FromSeconds(30)));
    }

    private sealed class StoppedClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private static RangeLease Lease(long epoch) => new(RangeId: 5, JobId: 1, _worker, epoch, StartBlock: 0, EndBlock: 9, IsHead: false, NextBlock: 0);
}
