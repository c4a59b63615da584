using Amp.Query.Catalog;
using Amp.Shared.Chain;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;

namespace Amp.UnitTests.Query;

/// <summary>A chain that grew by what was read anew is the one that all segments give, whatever came and went: by seed.</summary>
public sealed class ChainsGrow
{
    private const int Rounds = 400;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void As_if_computed_anew(int seed)
    {
        var random = new Random(seed);
        var live = new List<CatalogSegment>();
        var chain = TableChain.Of(Marked(live), [.. live]);
        long lastId = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var after = Math.Max(0, chain.MaxId - random.Next(1, 12));
            for (var more = random.Next(1, 4); more > 0; more--)
                live.Add(Next(random, live, chain, ++lastId));

            // What a merge or a prune takes is seen where it is read again; elsewhere the marks tell of it.
            if (random.Next(6) == 0 && live.FindIndex(s => s.Id > after) is >= 0 and var gone)
                live.RemoveAt(gone);
            var revision = Marked(live);
            chain = chain.Grow(revision, live.Where(s => s.Id > after), after);
            Assert.True(chain.IsMarked(revision), $"seed {seed}, round {round}");
            Assert.Equal(CanonicalChain.Compute(live).Segments, chain.Segments);

            // Forks are pruned now and then: a chain to which all belong grows another way.
            if (random.Next(5) == 0)
            {
                live = [.. chain.Segments.OrderBy(s => s.Id)];
                chain = TableChain.Of(Marked(live), [.. live]);
            }
        }
    }

    /// <summary>Mostly what follows the end; else a fork, what lies ahead, or a segment over others.</summary>
    private static CatalogSegment Next(Random random, List<CatalogSegment> live, TableChain chain, long id)
    {
        var newest = live.Count > 0 && live[^1].Id > chain.MaxId ? live[^1] : chain.Segments.Count > 0 ? chain.Segments[^1] : null;
        var before = random.Next(8) == 0 && live.Count > 0 ? live[random.Next(live.Count)] : newest;
        var start = (before?.End + 1 ?? 0) + (random.Next(10) == 0 ? 5UL : 0);
        var end = start + (ulong)random.Next(0, 10);
        var parent = random.Next(12) == 0 ? Hash(random.Next()) : before?.Hash ?? Hash32.Zero;
        return new CatalogSegment(id, 1, $"{id}", 1, null, "devnet", start, end, Hash((int)id), parent, DateTimeOffset.UnixEpoch.AddSeconds(id), true);
    }

    private static CatalogRevision Marked(List<CatalogSegment> live) => new(1, "blocks", "p", live.Count, live.Sum(s => (decimal)s.Id));

    private static Hash32 Hash(int number)
    {
        var bytes = new byte[Hash32.Size];
        BitConverter.TryWriteBytes(bytes, number + 1L);
        return new Hash32(bytes);
    }
}
