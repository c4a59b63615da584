using Amp.Shared.Metadata.Jobs;

namespace Amp.UnitTests.Jobs;

public sealed class RetryDelayTests
{
    [Theory]
    [InlineData(0, 0, 0.0, 2)]
    [InlineData(0, 0, 1.0, 1.6)]
    [InlineData(1, 0, 0.0, 4)]
    [InlineData(4, 0, 0.5, 28.8)]
    [InlineData(8, 0, 0.0, 512)]
    [InlineData(9, 0, 0.0, 600)]
    [InlineData(9, 0, 1.0, 480)]
    [InlineData(25, 0, 0.0, 600)]
    [InlineData(int.MaxValue, 0, 0.0, 600)]
    [InlineData(0, 7, 0.0, 7)]
    [InlineData(4, 7, 0.0, 32)]
    [InlineData(9, 590, 1.0, 590)]
    [InlineData(0, 600, 0.0, 600)]
    [InlineData(0, 3600, 0.0, 600)]
    public void It_doubles_to_ten_minutes_and_heeds_the_other_side(int attempts, double asked, double jitter, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryDelay.Of(attempts, TimeSpan.FromSeconds(asked), jitter));
}
