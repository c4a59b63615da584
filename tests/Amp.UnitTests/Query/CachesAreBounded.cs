using Amp.Query.Catalog;

namespace Amp.UnitTests.Query;

public sealed class CachesAreBounded
{
    [Fact]
    public void The_oldest_leaves_for_the_newest()
    {
        var cache = new BoundedCache<int>(3);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i, cache.Set($"n{i}", i));
            Assert.Equal(i + 100, cache.Set($"n{i}", i + 100));
        }

        Assert.Equal(3, cache.Count);
        Assert.False(cache.TryGet("n6", out _));
        Assert.True(cache.TryGet("n7", out var kept) && kept == 107);
        cache.Remove("n7");
        Assert.False(cache.TryGet("n7", out _));
    }
}
