using Amp.UnitTests.Lake;
using Amp.Worker.Jobs;

namespace Amp.UnitTests.Worker;

/// <summary>Where a head goes on. A segment is written "blocks parent>hash", in the order of registration.</summary>
public class HeadPlaceTests
{
    public static TheoryData<string, ulong, string[], ulong, int?> Places => new()
    {
        { "at its start, when nothing is there", 100, [], 100, null },
        { "at its start, after the block below", 100, ["50-99 a>b"], 100, 1 },
        { "at its start, below a gap", 100, ["50-98 a>b"], 100, null },
        { "behind what it registered", 100, ["50-99 a>b", "100-120 b>c", "121-130 c>d"], 131, 3 },
        { "behind what it registered, the backlog open", 100, ["0-10 .>x", "100-120 b>c"], 121, 2 },
        { "at a gap", 100, ["50-99 a>b", "100-110 b>c", "112-120 d>e"], 111, 2 },
        { "behind a fork that was replaced", 100, ["50-99 a>b", "100-109 b>c", "110-119 c>d", "110-119 c>e"], 120, 4 },
        { "at a border that a shorter fork left behind", 100, ["50-99 a>b", "100-109 b>c", "110-119 c>d", "110-112 c>e"], 113, 4 },
        { "at its start, when a later neighbour does not link to what it read", 100, ["100-120 x>y", "50-99 a>b"], 100, 2 },
        { "behind its own, when an earlier neighbour does not link: that is not the head's", 100, ["50-99 a>b", "100-120 x>y"], 121, 2 },
        { "at the older of its own that do not link", 100, ["50-99 a>b", "100-109 b>c", "110-119 x>y"], 100, 1 },
        { "at a first block that has no block below", 0, ["0-9 .>a", "10-19 a>b"], 20, 2 },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_head_goes_on(string name, ulong start, string[] segments, ulong next, int? parent)
    {
        Assert.NotEmpty(name);
        var rows = Segments.Parse(segments);
        var place = HeadPlace.Find(start, rows);
        Assert.Equal(next, place.Next);
        Assert.Equal(parent is { } line ? rows[line - 1].Hash : null, place.ParentHash);
    }
}
