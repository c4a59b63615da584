using Amp.AppHost.Local;

namespace Amp.UnitTests.AppHost;

public sealed class BackoffTests
{
    [Fact]
    public void Pauses_grow_to_half_a_minute_and_shrink_after_a_good_run()
    {
        var backoff = new Backoff();
        var pauses = Enumerable.Range(0, 8).Select(_ => backoff.Next(TimeSpan.FromSeconds(1)).TotalSeconds).ToArray();
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30], pauses);
        Assert.Equal(0.5, backoff.Next(TimeSpan.FromMinutes(2)).TotalSeconds);
    }
}
