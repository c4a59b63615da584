using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Lake;

namespace Amp.UnitTests.Lake;

public class SegmentFooterTests
{
    private const string Hash = "0x9a71a95be3fe957457b11817587e5af4c7e24836d5b383c430ff25b9286a457f";
    private const string PrevHash = "0x93a8a23a2f5296db7251ab4c5e9b10bdc5a6c9c4ed56fb230dc729d3dc03a138";

    private static readonly SegmentFooter _footer = new(
        "blocks",
        "015000000-cce9bf788517474d.parquet",
        new DateTimeOffset(2026, 2, 3, 20, 13, 11, TimeSpan.Zero).AddTicks(7_479_136),
        [new SegmentFooterRange(15_000_000, 15_000_009, "mainnet", Hash32.Parse(Hash), Hash32.Parse(PrevHash), 1_655_778_535)],
        Watermark: null,
        ParentFileIds: [4, 7],
        Generation: 2);

    [Fact]
    public void The_spelling_is_frozen()
    {
        var keyValues = _footer.ToKeyValues().ToDictionary();
        Assert.Equal(
            $$$"""{"table":"blocks","filename":"015000000-cce9bf788517474d.parquet","created_at":{"secs":1770149591,"nanos":747913600},"""
            + $$$"""{{{""}}}"ranges":[{"numbers":{"start":15000000,"end":15000009},"network":"mainnet","hash":"{{{Hash}}}","prev_hash":"{{{PrevHash}}}","timestamp":1655778535}]}""",
            keyValues["nozzle_metadata"]);
        Assert.Equal("[4,7]", keyValues["parent_file_ids"]);
        Assert.Equal("2", keyValues["generation"]);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var read = SegmentFooter.Parse(_footer.ToKeyValues().ToDictionary());
        Assert.Equivalent(_footer, read, strict: true);
        Assert.Equal("ab", SegmentFooter.Parse((_footer with { ManifestHash = "ab" }).ToKeyValues().ToDictionary()).ManifestHash);
        Assert.Equal(9UL, SegmentFooter.Parse((_footer with { Watermark = 9 }).ToKeyValues().ToDictionary()).Watermark);
    }

    [Fact]
    public void Timestamp_generation_and_parents_may_be_absent()
    {
        var bare = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["nozzle_metadata"] = $$$"""
                {"table":"logs","filename":"x.parquet","created_at":{"secs":1,"nanos":0},
                "ranges":[{"numbers":{"start":3,"end":5},"network":"mainnet","hash":"{{{Hash}}}","prev_hash":"{{{PrevHash}}}"}]}
                """,
        };
        var footer = SegmentFooter.Parse(bare);
        Assert.Null(footer.Ranges[0].Timestamp);
        Assert.Equal(0, footer.Generation);
        Assert.Empty(footer.ParentFileIds);
    }

    [Theory]
    [InlineData(null, "no key nozzle_metadata")]
    [InlineData("{", "malformed")]
    [InlineData("{}", "malformed")]
    [InlineData("""{"table":"t","filename":"f","created_at":{"secs":1,"nanos":0},"ranges":[{"numbers":{"start":3,"end":2},"network":"n","hash":"0x","prev_hash":"0x"}]}""", "malformed")]
    public void A_file_of_another_kind_is_refused(string? metadata, string why)
    {
        var keyValues = metadata is null ? [] : new Dictionary<string, string>(StringComparer.Ordinal) { ["nozzle_metadata"] = metadata };
        var refused = Assert.Throws<AmpException>(() => SegmentFooter.Parse(keyValues));
        Assert.Equal(ErrorCode.ObjectStoreError, refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, "000000000-0000000000000000.parquet")]
    [InlineData(15_000_000, 0xcce9bf788517474d, "015000000-cce9bf788517474d.parquet")]
    [InlineData(12_345_678_901, 1, "12345678901-0000000000000001.parquet")]
    public void File_names_are_frozen(ulong start, ulong random, string name) => Assert.Equal(name, SegmentFileName.Of(start, random));

    [Fact]
    public void Two_files_of_the_same_blocks_differ() => Assert.NotEqual(SegmentFileName.New(1), SegmentFileName.New(1));
}
