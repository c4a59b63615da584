using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amp.Shared.Chain;
using Amp.Shared.Lake;

namespace Amp.UnitTests.Lake;

/// <summary>A node that reorganises at random, and workers that do nothing but extract what is missing.</summary>
public class ReorganisationsHeal(ITestOutputHelper output)
{
    private const int Rounds = 400;

    [Fact]
    public void The_chain_becomes_the_nodes_after_any_reorganisations()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("AMP_TEST_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"AMP_TEST_SEED={seed}");
        for (var story = 0; story < 60; story++)
            PlayStory(new Random(seed + story), $"seed {seed}, story {story}");
    }

    private static void PlayStory(Random random, string name)
    {
        var node = new List<Hash32> { Hash(random) };
        var segments = new List<SegmentInfo>();
        for (var step = 0; step < 40; step++)
        {
            Mutate(node, random);
            Extract(node, segments, random, most: random.Next(3));
        }

        // The node is quiet now, one block higher than anything registered, as the next block of a living chain would be.
        while ((ulong)node.Count <= segments.Select(s => s.End + 1).DefaultIfEmpty(0UL).Max())
            node.Add(Hash(random));
        var rounds = 0;
        while (Extract(node, segments, random, most: 5))
            Assert.True(++rounds < Rounds, $"{name}: still missing {string.Join(' ', MissingRanges.Of(new BlockRange(0, (ulong)node.Count - 1), segments))} after {Rounds} rounds\n{Dump(segments)}");

        var chain = CanonicalChain.Compute(segments);
        Assert.Equal((ulong)node.Count - 1, chain.End);
        var next = 0UL;
        foreach (var segment in chain.Segments)
        {
            Assert.True(segment.Start == next, $"{name}: a segment starts at {segment.Start}, {next} was due");
            Assert.True(node[(int)segment.End] == segment.Hash, $"{name}: block {segment.End} is not the node's");
            next = segment.End + 1;
        }
    }

    private static string Dump(List<SegmentInfo> segments)
    {
        var chain = CanonicalChain.Compute(segments);
        return $"chain {string.Join(' ', chain.Segments.Select(s => $"{s.Blocks}#{s.Id}"))}";
    }

    private static void Mutate(List<Hash32> node, Random random)
    {
        if (random.Next(3) == 0)
        {
            var depth = random.Next(1, Math.Min(node.Count, 25) + 1) - 1;
            node.RemoveRange(node.Count - depth, depth);
            for (var i = 0; i < depth + random.Next(3) - 1; i++)
                node.Add(Hash(random));
        }

        for (var i = random.Next(8); i > 0; i--)
            node.Add(Hash(random));
    }

    /// <summary>Registers some of what is missing, in pieces and in any order, as several workers do. False when nothing is missing.</summary>
    private static bool Extract(List<Hash32> node, List<SegmentInfo> segments, Random random, int most)
    {
        var missing = MissingRanges.Of(new BlockRange(0, (ulong)node.Count - 1), segments);
        foreach (var range in missing.OrderBy(_ => random.Next()).Take(most))
        {
            var start = range.Start;
            while (start <= range.End)
            {
                var end = Math.Min(range.End, start + (ulong)random.Next(1, 12) - 1);
                var id = segments.Count + 1;
                segments.Add(new SegmentInfo(
                    id, start, end, node[(int)end], start == 0 ? Hash32.Zero : node[(int)start - 1], DateTimeOffset.UnixEpoch.AddSeconds(id)));
                start = end + 1;
            }
        }

        return missing.Count > 0;
    }

    private static Hash32 Hash(Random random) => new(SHA256.HashData(Encoding.UTF8.GetBytes(random.NextInt64().ToString(CultureInfo.InvariantCulture))));
}
