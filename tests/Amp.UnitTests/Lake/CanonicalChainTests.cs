using Amp.Shared.Chain;
using Amp.Shared.Lake;

namespace Amp.UnitTests.Lake;

/// <summary>Segments are written as "start-end parent>hash": letters stand for hashes; later lines are newer.</summary>
public class CanonicalChainTests
{
    public static TheoryData<string, string[], string> Graphs => new()
    {
        { "nothing is registered", [], "" },
        { "one segment", ["0-9 .>a"], "0-9" },
        { "a line in any order of registration", ["20-29 b>c", "0-9 .>a", "10-19 a>b"], "0-9 10-19 20-29" },
        { "a gap ends the chain", ["0-9 .>a", "20-29 b>c"], "0-9" },
        { "the newest among equals", ["0-9 .>a", "10-19 a>b", "10-19 a>B"], "0-9 10-19'" },
        { "the newest of two first segments", ["0-9 .>a", "0-9 .>A"], "0-9'" },
        { "a longer one beats a newer one", ["0-9 .>a", "10-19 a>b", "10-14 a>B"], "0-9 10-19" },
        { "a longer path beats a newer segment", ["0-9 .>a", "10-19 a>b", "20-29 b>c", "10-19 a>B"], "0-9 10-19 20-29" },
        { "a longer fork that links replaces the tail", ["0-9 .>a", "10-19 a>b", "10-19 a>B", "20-20 B>C", "20-20 b>c", "21-21 C>D"], "0-9 10-19' 20-20 21-21" },
        { "a fork that does not link waits", ["0-9 .>a", "10-19 a>b", "20-20 X>Y"], "0-9 10-19" },
        { "a first segment that starts as low and reaches further", ["0-9 .>a", "0-4 .>q"], "0-9" },
        { "the chain may start anywhere", ["15-15 n>o", "16-20 o>p"], "15-15 16-20" },
        { "a follower may leave numbers out", ["0-9 .>a", "12-20 a>b"], "0-9 12-20" },
        { "a segment that starts before its predecessor ends does not follow", ["0-9 .>a", "9-20 a>b"], "0-9" },
    };

    [Theory]
    [MemberData(nameof(Graphs))]
    public void The_chain_of(string name, string[] segments, string canonical)
    {
        Assert.NotEmpty(name);
        var chain = CanonicalChain.Compute(Segments.Parse(segments));
        Assert.Equal(canonical, Segments.Write(chain.Segments, segments));
    }

    public static TheoryData<string, string[], string[]> Additions => new()
    {
        { "nothing", ["0-9 .>a"], [] },
        { "one that follows", ["0-9 .>a", "10-19 a>b"], ["20-29 b>c"] },
        { "several, the last one first", ["0-9 .>a"], ["20-29 b>c", "10-19 a>b"] },
        { "one that leaves numbers out", ["0-9 .>a"], ["12-19 a>b"] },
    };

    [Theory]
    [MemberData(nameof(Additions))]
    public void A_whole_chain_grows_by(string name, string[] whole, string[] added)
    {
        Assert.NotEmpty(name);
        string[] all = [.. whole, .. added];
        var segments = Segments.Parse(all);
        var chain = CanonicalChain.Compute(segments);
        Assert.Equal(all.Length, chain.Segments.Count);
        Assert.Equal(chain.Segments, CanonicalChain.Extend([.. segments.Take(whole.Length)], [.. segments.Skip(whole.Length)]));
    }

    public static TheoryData<string, string[], string[]> OtherAdditions => new()
    {
        { "to nothing", [], ["0-9 .>a"] },
        { "a fork", ["0-9 .>a", "10-19 a>b"], ["10-19 a>c"] },
        { "a fork of the addition", ["0-9 .>a"], ["10-19 a>b", "10-14 a>c"] },
        { "what does not link", ["0-9 .>a"], ["10-19 x>y"] },
        { "what does not link behind what does", ["0-9 .>a"], ["10-19 a>b", "20-29 x>y"] },
        { "a merge", ["0-9 .>a", "10-19 a>b"], ["0-19 .>b"] },
        { "what stands before", ["10-19 a>b"], ["0-9 .>a"] },
    };

    [Theory]
    [MemberData(nameof(OtherAdditions))]
    public void A_chain_is_computed_anew_after(string name, string[] whole, string[] added)
    {
        Assert.NotEmpty(name);
        var segments = Segments.Parse([.. whole, .. added]);
        Assert.Null(CanonicalChain.Extend([.. segments.Take(whole.Length)], [.. segments.Skip(whole.Length)]));
    }

    public static TheoryData<string, string[], string, string> Lacks => new()
    {
        { "everything of an empty table", [], "0-99", "0-99" },
        { "what is before, between and after", ["10-19 a>b", "40-49 d>e"], "0-99", "0-9 20-39 50-99" },
        { "nothing of a full one", ["0-99 .>a"], "0-99", "" },
        { "only what is asked for", ["0-49 .>a"], "10-59", "50-59" },
        { "forks count as registered", ["0-9 .>a", "20-29 x>y"], "0-29", "10-19" },
        { "the segment before a fork", ["0-9 .>a", "10-19 a>b", "20-20 X>Y"], "0-20", "10-19" },
        { "the part of the segment before a fork that starts inside it", ["0-9 .>a", "10-19 a>b", "15-20 X>Y"], "0-20", "10-14" },
        { "the segment before a fork of equal height", ["0-9 .>a", "10-19 a>b", "19-19 X>Y"], "0-19", "10-18" },
        { "the part that was read ahead and reorganised since", ["10-19 X>Y", "0-9 .>a"], "0-19", "10-19" },
        { "nothing once that part was read again", ["10-19 X>Y", "0-9 .>a", "10-19 a>b"], "0-19", "" },
        { "what surrounds a newer reading in the middle", ["0-9 .>a", "4-6 X>Y"], "0-9", "0-3 7-9" },
        { "nothing of the parents of a merged segment", ["0-4 .>a", "5-9 a>b", "0-9 .>b", "10-12 b>c"], "0-12", "" },
        { "one segment deeper when the first rejoin did not link", ["0-9 .>a", "10-19 a>b", "20-20 X>Y", "10-19 W>X"], "0-20", "0-9" },
        { "nothing more once the fork links", ["0-9 .>a", "10-19 a>b", "20-20 X>Y", "10-19 a>X"], "0-20", "" },
        { "both a fork and a gap", ["0-9 .>a", "10-10 X>Y", "15-19 p>q"], "0-19", "0-9 11-14" },
        { "no part of a fork outside of what is desired", ["0-9 .>a", "10-19 a>b", "20-20 X>Y"], "20-25", "21-25" },
    };

    [Theory]
    [MemberData(nameof(Lacks))]
    public void Missing_is(string name, string[] segments, string desired, string missing)
    {
        Assert.NotEmpty(name);
        var range = Segments.Range(desired);
        Assert.Equal(missing, string.Join(' ', MissingRanges.Of(range, Segments.Parse(segments)).Select(r => $"{r.Start}-{r.End}")));
    }

    [Fact]
    public void A_merge_is_newer_than_its_parents_whatever_the_order_of_their_rows()
    {
        // As a restore registers them, by name: the merge is of the instant of its newest parent.
        var instant = DateTimeOffset.UnixEpoch.AddSeconds(9);
        var segments = Segments.Parse(["0-19 .>b", "0-4 .>a", "5-14 a>c", "15-19 c>b"]);
        segments = [segments[0] with { CreatedAt = instant }, segments[1], segments[2] with { CreatedAt = instant }, segments[3]];
        Assert.Equal([segments[0]], CanonicalChain.Compute(segments).Segments);
        Assert.Empty(MissingRanges.Of(new BlockRange(0, 19), segments));
    }

    [Theory]
    [InlineData("0-9 .>a|10-19 a>c|10-19 a>b", "1")]
    [InlineData("0-9 .>a|10-19 a>b|15-19 x>y", "")]
    [InlineData("0-9 .>a|5-9 x>y|5-9 z>w|0-9 .>b", "0 1 2")]
    public void What_was_read_after_the_chain_is_not_left_behind(string segments, string left)
    {
        // A reorganisation whose first blocks are still to be read: what it read already is needed.
        var all = Segments.Parse(segments.Split('|'));
        Assert.Equal(left, string.Join(' ', CanonicalChain.LeftBehind(all).Select(s => all.ToList().IndexOf(s)).Order()));
    }

    [Fact]
    public void A_block_that_one_table_lacks_is_missing()
    {
        var blocks = Segments.Parse(["0-9 .>a", "10-19 a>b"]);
        var logs = Segments.Parse(["0-9 .>a"]);
        Assert.Equal([new BlockRange(10, 29)], MissingRanges.OfAll(new BlockRange(0, 29), [blocks, logs]));
    }

    [Fact]
    public void Ranges_at_the_end_of_the_numbers_do_not_overflow()
    {
        var last = new BlockRange(ulong.MaxValue - 1, ulong.MaxValue);
        Assert.Equal([last], MissingRanges.Union([last, new BlockRange(ulong.MaxValue, ulong.MaxValue)]));
        Assert.Empty(MissingRanges.Subtract(last, [last]));
    }
}
