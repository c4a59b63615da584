using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace Amp.TestKit;

/// <summary>What a test needs and this machine lacks: skipped with the reason on a desk, a failure in CI.</summary>
public static class Missing
{
    [DoesNotReturn]
    public static void Skip(string reason)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
