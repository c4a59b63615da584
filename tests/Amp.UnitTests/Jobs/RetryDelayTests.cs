using Amp.Shared.Metadata.Jobs;

namespace Amp.UnitTests.Jobs;

public sealed class RetryDelayTests
{
    // Seconds after 0, 1, … failures, from the design: 2 s doubling to 10 min.
    private static readonly double[] _doubling = [2, 4, 8, 16, 32, 64, 128, 256, 512, 600];

    public static TheoryData<int, double> Delays()
    {
        var delays = new TheoryData<int, double>();
        for (var failures = 0; failures <= 25; failures++)
            delays.Add(failures, _doubling[Math.Min(failures, _doubling.Length - 1)]);
        return delays;
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public void The_delay_doubles_to_ten_minutes_less_up_to_a_fifth(int failures, double seconds)
    {
        Assert.Equal(seconds, RetryDelay.Of(failures, jitter: 0, TimeSpan.Zero).TotalSeconds, 6);
        Assert.Equal(seconds * 0.9, RetryDelay.Of(failures, jitter: 0.5, TimeSpan.Zero).TotalSeconds, 6);
        Assert.Equal(seconds * 0.8, RetryDelay.Of(failures, jitter: 1, TimeSpan.Zero).TotalSeconds, 6);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 30, 30)]
    [InlineData(3, 30, 30)]
    [InlineData(5, 30, 64)]
    [InlineData(0, 600, 600)]
    [InlineData(0, 3600, 600)]
    [InlineData(25, 3600, 600)]
    public void What_the_other_side_asks_for_is_waited_for_within_ten_minutes(int failures, double asked, double seconds) =>
        Assert.Equal(seconds, RetryDelay.Of(failures, jitter: 0, TimeSpan.FromSeconds(asked)).TotalSeconds, 6);

    [Fact]
    public void The_table_of_delays_ends_where_they_grow_no_more()
    {
        var table = RetryDelay.Table(jitter: 0.3, TimeSpan.FromSeconds(7));
        for (var failures = 0; failures <= 25; failures++)
            Assert.Equal(RetryDelay.Of(failures, 0.3, TimeSpan.FromSeconds(7)).TotalSeconds, table[Math.Min(failures, table.Length - 1)]);
    }
}
