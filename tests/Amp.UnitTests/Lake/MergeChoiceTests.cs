using System.Globalization;
using Amp.Shared.Chain;
using Amp.Shared.Metadata.Files;
using Amp.Worker.Housekeeping.Merging;

namespace Amp.UnitTests.Lake;

public class MergeChoiceTests
{
    private static readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddDays(1);
    private static readonly MergeRules _rules = new(Bytes: 100, Rows: 0, Overflow: 1, TimeSpan.FromSeconds(1000), MaxEagerGeneration: 0);

    // A segment is `blocks:parent>hash`, then what differs of: size s, rows r, generation g, seconds since it was read a, since it was merged m.
    [Theory]
    [InlineData("neighbours up to the target", "0-9:.>a 10-19:a>b 20-29:b>c", "s40", "0-9 10-19")]
    [InlineData("all that fit", "0-9:.>a 10-19:a>b 20-29:b>c", "s30", "0-9 10-19 20-29")]
    [InlineData("none alone", "0-9:.>a", "s40", "")]
    [InlineData("none that is full", "0-9:.>a 10-19:a>b", "s100", "")]
    [InlineData("the first two that fit together", "0-9:.>a,s90 10-19:a>b,s90 20-29:b>c,s5", "", "10-19 20-29")]
    [InlineData("of a merge only when it has cooled down", "0-9:.>a,g1,m10 10-19:a>b 20-29:b>c", "s30", "10-19 20-29")]
    [InlineData("also a merge that has cooled down", "0-9:.>a,g1,m1001 10-19:a>b 20-29:b>c", "s30", "0-9 10-19 20-29")]
    [InlineData("nothing across a hot merge", "0-9:.>a 10-19:a>b,g1,m10 20-29:b>c", "s30", "")]
    [InlineData("the shorter branch never", "0-9:.>a 10-19:a>b 20-29:b>c 10-14:a>x,a99", "s30,a9", "0-9 10-19 20-29")]
    [InlineData("nothing that was read again later", "0-9:.>a 10-19:a>b 20-29:b>c,s50 30-39:c>d,s50 10-14:a>x,a5", "s30,a9", "20-29 30-39")]
    [InlineData("nothing behind a gap", "0-9:.>a 20-29:b>c 30-39:c>d", "s30", "")]
    [InlineData("no large old file for small gains", "0-9:.>a,s60,g3,m2500 10-19:a>b,s5 20-29:b>c,s5", "", "10-19 20-29")]
    [InlineData("the large old file at last", "0-9:.>a,s60,g3,m3001 10-19:a>b,s5 20-29:b>c,s5", "", "0-9 10-19 20-29")]
    public void Merged_are(string what, string segments, string common, string expected)
    {
        var decision = MergeChoice.Decide([Parse(1, segments, common)], _rules, _now, new HashSet<long>());
        Assert.Equal((what, expected), (what, Write(decision)));
    }

    [Theory]
    [InlineData(0, "1", "0-9 10-19")]
    [InlineData(0, "3/2", "0-9 10-19 20-29")]
    [InlineData(25, "1", "0-9 10-19")]
    [InlineData(25, "3/2", "0-9 10-19 20-29")]
    [InlineData(5, "1", "")]
    public void A_merge_keeps_to_bytes_and_rows_and_passes_them_by_the_overflow_alone(long rows, string overflow, string expected)
    {
        var segments = Parse(1, "0-9:.>a 10-19:a>b 20-29:b>c 30-39:c>d", "s45,r12");
        var rules = _rules with { Rows = rows, Overflow = Amp.Shared.Options.SegmentOverflow.Parse(overflow).Factor };
        Assert.Equal(expected, Write(MergeChoice.Decide([segments], rules, _now, new HashSet<long>())));
    }

    [Theory]
    [InlineData(-1, 10, "", 990)]
    [InlineData(-1, 1000, "0-9 10-19", null)]
    [InlineData(0, 10, "0-9 10-19", null)]
    public void A_fresh_segment_is_merged_at_once_by_its_generation_alone(long eager, int age, string expected, int? coolsIn)
    {
        var segments = Parse(1, "0-9:.>a 10-19:a>b", $"s10,a{age}");
        var decision = MergeChoice.Decide([segments], _rules with { MaxEagerGeneration = eager }, _now, new HashSet<long>());
        Assert.Equal(expected, Write(decision));
        Assert.Equal(coolsIn is { } seconds ? _now.AddSeconds(seconds) : null, decision.LookAt);
    }

    [Fact]
    public void All_tables_are_merged_at_the_same_borders()
    {
        var logs = Parse(1, "0-9:.>a 10-19:a>b 20-29:b>c", "s50");
        var blocks = Parse(2, "0-9:.>a 10-19:a>b 20-29:b>c", "s1");
        var decision = MergeChoice.Decide([blocks, logs], _rules, _now, new HashSet<long>());
        Assert.Equal("0-9 10-19 | 0-9 10-19", Write(decision));
    }

    [Fact]
    public void Tables_with_other_borders_are_merged_where_both_have_one()
    {
        var logs = Parse(1, "0-9:.>a 10-19:a>b 20-29:b>c 30-39:c>d", "s20");
        var blocks = Parse(2, "0-19:.>b 20-34:b>q 35-39:q>d", "s20");
        var decision = MergeChoice.Decide([blocks, logs], _rules with { Bytes = 50 }, _now, new HashSet<long>());
        Assert.Equal("0-9 10-19", Write(decision));
    }

    [Fact]
    public void What_is_left_alone_keeps_its_blocks_from_being_merged_in_every_table()
    {
        var logs = Parse(1, "0-9:.>a 10-19:a>b 20-29:b>c 30-39:c>d", "s10");
        var blocks = Parse(2, "0-9:.>a 10-19:a>b 20-29:b>c 30-39:c>d", "s10");
        var decision = MergeChoice.Decide([blocks, logs], _rules, _now, new HashSet<long> { logs[1].Id });
        Assert.Equal("20-29 30-39 | 20-29 30-39", Write(decision));
    }

    [Fact]
    public void A_table_without_segments_keeps_all_from_being_merged() =>
        Assert.Equal("", Write(MergeChoice.Decide([Parse(1, "0-9:.>a 10-19:a>b", "s10"), []], _rules, _now, new HashSet<long>())));

    [Fact]
    public void Other_readings_of_the_same_blocks_are_named_as_witnesses()
    {
        var segments = Parse(1, "0-9:.>a 10-19:a>b 12-14:q>x,a5000 40-49:z>y", "s10,a2000");
        Assert.Equal([segments[2].Id], MergeChoice.Decide([segments], _rules, _now, new HashSet<long>()).Witnesses);
    }

    private static string Write(MergeDecision decision) =>
        string.Join(" | ", decision.Groups.Select(g => string.Join(' ', g.Select(s => $"{s.Start}-{s.End}"))));

    private static SegmentRow[] Parse(long revision, string segments, string common) => [.. segments.Split(' ').Select((text, index) =>
    {
        var parts = text.Split(',', ':', '>');
        var range = Segments.Range(parts[0]);
        var facts = common.Split(',', StringSplitOptions.RemoveEmptyEntries).Concat(parts[3..])
            .GroupBy(f => f[0]).ToDictionary(f => f.Key, f => long.Parse(f.Last()[1..], CultureInfo.InvariantCulture));
        return new SegmentRow(
            (revision * 1000) + index, revision, "t", $"{index}.parquet", facts.GetValueOrDefault('s', 10), "net", range.Start, range.End, Hash(parts[2]), Hash(parts[1]), null,
            facts.GetValueOrDefault('r', 1), facts.GetValueOrDefault('g'), _now.AddSeconds(-facts.GetValueOrDefault('a', 5000)),
            MergedAt: facts.TryGetValue('m', out var merged) ? _now.AddSeconds(-merged) : null);
    })];

    private static Hash32 Hash(string letter)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Size];
        if (letter != ".")
            bytes.Fill((byte)letter[0]);
        return new Hash32(bytes);
    }
}
