using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Amp.Shared.Chain;
using Amp.Shared.Lake;
using Amp.Shared.Metadata.Files;
using Amp.Shared.Metadata.Merges;
using Amp.Worker.Housekeeping.Merging;

namespace Amp.UnitTests.Lake;

/// <summary>A node that reorganises at random, workers that extract what is missing, and a compactor that merges whenever it may.</summary>
public class MergesKeepTheChain(ITestOutputHelper output)
{
    private const int TableCount = 2;
    private const int Rounds = 400;
    private static readonly MergeRules _rules = new(Bytes: 60, Rows: 0, Overflow: 1.2, TimeSpan.FromSeconds(3), MaxEagerGeneration: 0);

    [Fact]
    public void The_same_blocks_are_seen_after_each_merge_and_the_chain_becomes_the_nodes()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("AMP_TEST_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"AMP_TEST_SEED={seed}");
        var merges = 0;
        for (var story = 0; story < 60; story++)
            merges += new Story(new Random(seed + story), $"seed {seed}, story {story}").Play();
        Assert.True(merges > 60, $"{merges} merges in all");
    }

    private sealed class Story(Random random, string name)
    {
        private readonly List<Hash32> _node = [Hash(random)];
        private readonly List<SegmentRow>[] _tables = [[], []];
        private long _clock;
        private long _ids;
        private int _merges;

        public int Play()
        {
            for (var step = 0; step < 40; step++)
            {
                Mutate();
                Extract(most: random.Next(3));
                if (random.Next(2) == 0)
                    Merge();
            }

            while ((ulong)_node.Count <= _tables[0].Select(s => s.End + 1).DefaultIfEmpty(0UL).Max())
                _node.Add(Hash(random));
            var rounds = 0;
            while (Extract(most: 5) || Merge())
                Assert.True(++rounds < Rounds, $"{name}: no end after {Rounds} rounds");
            AssertNodes();
            return _merges;
        }

        private void AssertNodes()
        {
            foreach (var table in _tables)
            {
                var chain = CanonicalChain.Compute(table);
                Assert.Equal((ulong)_node.Count - 1, chain.End);
                var next = 0UL;
                foreach (var segment in chain.Segments)
                {
                    Assert.True(segment.Start == next, $"{name}: a segment starts at {segment.Start}, {next} was due");
                    Assert.True(_node[(int)segment.End] == segment.Hash, $"{name}: block {segment.End} is not the node's");
                    next = segment.End + 1;
                }
            }
        }

        private bool Merge()
        {
            _clock++;
            var decision = MergeChoice.Decide(_tables, _rules, Now(), new HashSet<long>());
            foreach (var group in decision.Groups)
            {
                var table = _tables[(int)group[0].RevisionId];
                var (borders, missing) = (Borders(table), Missing(table));
                Assert.All(group.Skip(1).Zip(group), p => Assert.True(p.First.Follows(p.Second)));
                Assert.True(group.Count > 1 && group.Sum(s => s.ObjectSize) <= _rules.Bytes * _rules.Overflow, $"{name}: a merge of {group.Count} is too large or of one");
                table.RemoveAll(s => group.Any(g => g.Id == s.Id));
                table.Add(group[0] with
                {
                    Id = ++_ids,
                    End = group[^1].End,
                    Hash = group[^1].Hash,
                    ObjectSize = group.Sum(s => s.ObjectSize),
                    Generation = MergedSegment.GenerationOf(group),
                    CreatedAt = MergedSegment.CreatedAtOf(group),
                    MergedAt = Now(),
                });
                var after = Borders(table);
                Assert.True(after.IsSubsetOf(borders), $"{name}: the merge shows a border that was not there");
                Assert.True(after.Max() == borders.Max(), $"{name}: the chain ends elsewhere");
                Assert.Equal(missing, Missing(table));
                _merges++;
            }

            if (decision.Groups.Count > 0)
                Assert.Equal(Borders(_tables[0]).Order(), Borders(_tables[1]).Order());
            return decision.Groups.Count > 0;
        }

        private IReadOnlyList<BlockRange> Missing(List<SegmentRow> table) => MissingRanges.Of(new BlockRange(0, (ulong)_node.Count - 1), table);

        /// <summary>Which block ends a segment of the chain, and which one it is.</summary>
        private static HashSet<(ulong, string)> Borders(List<SegmentRow> table) =>
            CanonicalChain.Compute(table).Segments.Select(s => (s.End, s.Hash.ToString())).ToHashSet();

        private void Mutate()
        {
            if (random.Next(3) == 0)
            {
                var depth = random.Next(1, Math.Min(_node.Count, 25) + 1) - 1;
                _node.RemoveRange(_node.Count - depth, depth);
                for (var i = 0; i < depth + random.Next(3) - 1; i++)
                    _node.Add(Hash(random));
            }

            for (var i = random.Next(8); i > 0; i--)
                _node.Add(Hash(random));
        }

        /// <summary>Registers some of what is missing in any table, for all tables at once, as workers do.</summary>
        private bool Extract(int most)
        {
            var missing = MissingRanges.OfAll(new BlockRange(0, (ulong)_node.Count - 1), _tables);
            foreach (var range in missing.OrderBy(_ => random.Next()).Take(most))
            {
                var start = range.Start;
                while (start <= range.End)
                {
                    var end = Math.Min(range.End, start + (ulong)random.Next(1, 12) - 1);
                    _clock++;
                    for (var table = 0; table < TableCount; table++)
                    {
                        _tables[table].Add(new SegmentRow(
                            ++_ids, table, "t", $"{_ids}.parquet", (long)(end - start + 1) * (table + 1), "net", start, end, _node[(int)end],
                            start == 0 ? Hash32.Zero : _node[(int)start - 1], end, 1, 0, Now()));
                    }

                    start = end + 1;
                }
            }

            return missing.Count > 0;
        }

        private DateTimeOffset Now() => DateTimeOffset.UnixEpoch.AddSeconds(_clock);

        private static Hash32 Hash(Random random) => new(SHA256.HashData(Encoding.UTF8.GetBytes(random.NextInt64().ToString(CultureInfo.InvariantCulture))));
    }
}
