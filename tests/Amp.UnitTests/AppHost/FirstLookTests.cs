using Amp.AppHost;

namespace Amp.UnitTests.AppHost;

public sealed class FirstLookTests
{
    [Theory]
    [InlineData(7L)]
    [InlineData(null)]
    public void The_demonstration_is_asked_for_when_it_is_there(long? job)
    {
        var look = new FirstLook(new AppHostOptions { StateFolder = "state", Lake = "s3://lake/of-mine", BasePort = 1600 }).Text("eth", job, problem: null);
        Assert.Contains("/jobs", look, StringComparison.Ordinal);
        Assert.Contains("s3://lake/of-mine", look, StringComparison.Ordinal);
        Assert.Equal(job is not null, look.Contains("demo/eth", StringComparison.Ordinal));
        Assert.Equal(job is not null, look.Contains("/jobs/7/progress", StringComparison.Ordinal));
        Assert.DoesNotContain("/jobs/1/progress", look, StringComparison.Ordinal);
    }
}
