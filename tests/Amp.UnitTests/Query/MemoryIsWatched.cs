using Amp.Query.Execution;
using Amp.Query.Execution.Memory;
using Amp.UnitTests.Chains;

namespace Amp.UnitTests.Query;

/// <summary>Which of the running queries is stopped when together they hold too much.</summary>
public sealed class MemoryIsWatched
{
    private const long Mb = 1 << 20;

    private readonly PushedTime _clock = new();
    private long _inUse = 100 * Mb;

    [Fact]
    public void Nobody_is_stopped_up_to_the_limits_of_all_that_run()
    {
        using var watch = Watch();
        using var one = watch.Enter(weight: 1);
        using var two = watch.Enter(weight: 1);
        _inUse += MemoryWatch.SlackBytes + 2 * 8 * Mb;
        watch.Look();
        Assert.False(one.IsStopped || two.IsStopped);
        _inUse++;
        watch.Look();
        Assert.True(one.IsStopped || two.IsStopped);
    }

    [Fact]
    public void The_one_that_may_hold_most_is_stopped_of_equals_the_newest_and_the_next_when_that_did_not_help()
    {
        using var watch = Watch();
        using var heavy = watch.Enter(weight: 5);
        using var older = watch.Enter(weight: 1);
        using var newer = watch.Enter(weight: 1);
        _inUse += 1000 * Mb;
        watch.Look();
        Assert.Equal((true, false, false), (heavy.IsStopped, older.IsStopped, newer.IsStopped));
        watch.Look();
        Assert.Equal((true, false, false), (heavy.IsStopped, older.IsStopped, newer.IsStopped));
        _clock.Push(TimeSpan.FromSeconds(2));
        watch.Look();
        Assert.Equal((true, false, true), (heavy.IsStopped, older.IsStopped, newer.IsStopped));
        Assert.True(newer.Token.IsCancellationRequested);
    }

    [Fact]
    public void What_was_in_use_before_the_oldest_of_them_began_is_not_theirs()
    {
        using var watch = Watch();
        var oldest = watch.Enter(weight: 1);
        _inUse += 60 * Mb;
        watch.Look();
        using var next = watch.Enter(weight: 1);
        oldest.Dispose();
        _inUse += MemoryWatch.SlackBytes;
        watch.Look();
        Assert.False(next.IsStopped);
        _inUse += 9 * Mb;
        watch.Look();
        Assert.True(next.IsStopped);
    }

    // The watch looks by itself, too, so that a test which depends on a look not taken would be a race: these change what is in use and look then.
    private MemoryWatch Watch() => new(new QueryLimits { DataFolders = [], QueryMaxMemMb = 16 }, _clock, () => Interlocked.Read(ref _inUse), () => Interlocked.Read(ref _inUse));
}
