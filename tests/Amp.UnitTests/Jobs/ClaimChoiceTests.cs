using Amp.Shared.Metadata.Ranges;

namespace Amp.UnitTests.Jobs;

public sealed class ClaimChoiceTests
{
    private static readonly DateTime _noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private static ClaimableJob Job(long id, int leased = 0, int served = 0, bool mine = false, int parallelism = 4, double waited = 0, string? pattern = null) =>
        new(id, "net", parallelism, leased, 100, HasProgress: false, _noon.AddSeconds(served), TimeSpan.FromSeconds(waited), pattern, mine);

    [Fact]
    public void A_job_without_a_worker_comes_first_and_of_these_the_one_served_longest_ago()
    {
        ClaimableJob[] jobs = [Job(1, leased: 1, served: 0, mine: true), Job(2, served: 30), Job(3, served: 10), Job(4, served: 20, mine: true), Job(5, leased: 3)];
        Assert.Equal([3, 4, 2, 1, 5], ClaimChoice.Order(jobs).Select(j => j.Id));
    }

    [Fact]
    public void Of_busy_jobs_the_workers_own_come_first_then_those_with_the_fewest_workers()
    {
        ClaimableJob[] jobs = [Job(1, leased: 1), Job(2, leased: 2, mine: true), Job(3, leased: 1, mine: true), Job(4, leased: 3), Job(5, leased: 1)];
        Assert.Equal([3, 2, 1, 5, 4], ClaimChoice.Order(jobs).Select(j => j.Id));
    }

    // waiting ranges as words: h head, n neighbour, m held before, o another; each at a higher block than the one before.
    [Theory]
    [InlineData("omnh", 0, 4, true, true, 'h')]
    [InlineData("omnh", 0, 4, true, false, 'n')]
    [InlineData("omh", 0, 4, true, false, 'm')]
    [InlineData("ooh", 0, 4, true, false, 'o')]
    [InlineData("omnh", 0, 4, false, true, 'h')]
    [InlineData("omn", 0, 4, false, true, null)]
    [InlineData("h", 0, 4, true, false, null)]
    [InlineData("oh", 0, 1, true, true, 'o')]
    [InlineData("h", 0, 1, true, true, 'h')]
    [InlineData("oh", 0, 1, false, true, null)]
    [InlineData("o", 4, 4, true, true, null)]
    [InlineData("h", 4, 4, true, true, null)]
    [InlineData("o", 3, 4, true, true, 'o')]
    [InlineData("", 0, 4, true, true, null)]
    public void The_head_comes_first_then_the_neighbour_then_what_was_held_before_then_the_lowest(
        string waiting, int leased, int parallelism, bool ordinary, bool head, char? taken)
    {
        var ranges = waiting.Select((word, i) => new ClaimableRange(i, (ulong)(i + 1) * 100, word == 'h', word == 'm')).ToList();
        var neighbours = waiting.IndexOf('n', StringComparison.Ordinal) is var n and >= 0 ? new Dictionary<long, ulong> { [7] = (ulong)(n + 1) * 100 } : [];
        var wish = new ClaimWish(ordinary, head, _ => 100, neighbours);
        var chosen = ClaimChoice.Range(ranges, Job(7, leased, parallelism: parallelism), waiting.Any(w => w != 'h'), wish);
        Assert.Equal(taken, chosen is { } range ? waiting[(int)range.Id] : null);
    }

    // ranges of the job and of all jobs that the worker that asks and the other hold; slots of the other.
    [Theory]
    [InlineData(0, 0, 0, 0, 2, 0, false)]
    [InlineData(1, 1, 0, 0, 2, 0, true)]
    [InlineData(1, 1, 0, 0, 2, 2.9, true)]
    [InlineData(1, 1, 0, 0, 2, 3, false)]
    [InlineData(1, 1, 0, 1, 2, 0, true)]
    [InlineData(1, 1, 0, 2, 2, 0, false)]
    [InlineData(1, 1, 1, 1, 2, 0, false)]
    [InlineData(0, 1, 0, 0, 2, 0, true)]
    [InlineData(0, 1, 1, 1, 2, 0, false)]
    [InlineData(1, 2, 1, 1, 2, 0, true)]
    [InlineData(2, 2, 1, 3, 4, 0, true)]
    public void A_range_is_left_to_a_worker_that_holds_less_and_has_room(int mine, int mineInAll, int others, int othersInAll, int slots, double waited, bool left)
    {
        WorkerLoad[] workers = [new("me", 4, 0, Jobs(mine, mineInAll)), new("other", slots, 0, Jobs(others, othersInAll))];
        Assert.Equal(left, ClaimChoice.LeavesToAnother("me", Job(7, waited: waited), head: false, workers));
        Assert.False(ClaimChoice.LeavesToAnother("me", Job(7, waited: waited, pattern: "me"), head: false, workers));
        Assert.False(ClaimChoice.LeavesToAnother("unknown", Job(7, waited: waited), head: false, workers));

        static long[] Jobs(int ofJob, int inAll) => [.. Enumerable.Repeat(7L, ofJob), .. Enumerable.Repeat(8L, inAll - ofJob)];
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1, 0, true)]
    [InlineData(1, 1, false)]
    [InlineData(32, 31, true)]
    [InlineData(33, 32, false)]
    public void Heads_are_spread_whatever_the_slots(int mine, int others, bool left) =>
        Assert.Equal(left, ClaimChoice.LeavesToAnother("me", Job(7), head: true, [new("me", 1, mine, []), new("other", 1, others, [8])]));

    [Theory]
    [InlineData(null, "w1", true)]
    [InlineData("w1", "w1", true)]
    [InlineData("w1", "w10", false)]
    [InlineData("w1", "W1", false)]
    [InlineData("w1*", "w10", true)]
    [InlineData("w1*", "w1", true)]
    [InlineData("w1*", "w2", false)]
    [InlineData("*", "w1", true)]
    public void A_pattern_admits_a_node_or_all_that_begin_like_it(string? pattern, string node, bool admitted) =>
        Assert.Equal(admitted, ClaimChoice.Admits(pattern, node));
}
