using Amp.Shared.Metadata.Ranges;

namespace Amp.UnitTests.Jobs;

public sealed class RangeChoiceTests
{
    private const long Head = 1;
    private const long Neighbour = 2;
    private const long Own = 3;
    private const long Lowest = 4;

    // What waits | ordinary ranges that are open | leased | parallelism | slots of the worker | what it takes.
    [Theory]
    [InlineData("", false, 0, 1, "head ordinary", null)]
    [InlineData("lowest", true, 0, 1, "head ordinary", Lowest)]
    [InlineData("own lowest", true, 0, 1, "head ordinary", Own)]
    [InlineData("neighbour lowest", true, 0, 1, "head ordinary", Neighbour)]
    [InlineData("neighbour own lowest", true, 0, 1, "head ordinary", Neighbour)]
    [InlineData("head neighbour own lowest", true, 0, 2, "head ordinary", Head)]
    [InlineData("head neighbour own lowest", true, 0, 1, "head ordinary", Neighbour)]
    [InlineData("head", false, 0, 1, "head ordinary", Head)]
    [InlineData("head", true, 1, 2, "head ordinary", Head)]
    [InlineData("head", true, 1, 1, "head ordinary", null)]
    [InlineData("head lowest", true, 0, 1, "head", null)]
    [InlineData("head lowest", true, 0, 2, "ordinary", Lowest)]
    [InlineData("head", false, 0, 2, "ordinary", null)]
    [InlineData("lowest", true, 0, 2, "head", null)]
    [InlineData("head lowest", true, 0, 2, "", null)]
    [InlineData("head neighbour own lowest", true, 2, 2, "head ordinary", null)]
    [InlineData("head neighbour own lowest", true, 3, 2, "head ordinary", null)]
    public void The_next_range_of_a_job(string waiting, bool ordinaryOpen, int leased, int parallelism, string slots, long? taken) =>
        Assert.Equal(taken, Choice(waiting, ordinaryOpen, leased).Decide(parallelism, slots.Contains("head", StringComparison.Ordinal), slots.Contains("ordinary", StringComparison.Ordinal)));

    [Fact]
    public void No_combination_breaks_a_rule()
    {
        bool[] either = [false, true];
        string[] ordinary = ["", "lowest", "own lowest", "neighbour lowest", "neighbour own lowest"];
        var all = from head in either
                  from kinds in ordinary
                  from openElsewhere in either
                  from leased in (int[])[0, 1, 2]
                  from parallelism in (int[])[1, 2]
                  from wantsHead in either
                  from wantsOrdinary in either
                  select (Waiting: (head ? "head " : "") + kinds, Open: openElsewhere || kinds.Length > 0, leased, parallelism, wantsHead, wantsOrdinary);
        foreach (var (waiting, open, leased, parallelism, wantsHead, wantsOrdinary) in all)
        {
            var taken = Choice(waiting, open, leased).Decide(parallelism, wantsHead, wantsOrdinary);
            var takesHead = taken == Head;
            var takesOrdinary = taken is Neighbour or Own or Lowest;
            Assert.False(taken is not null && leased >= parallelism, "parallelism is a bound");
            Assert.False(takesHead && !wantsHead, "no head without room for one");
            Assert.False(takesOrdinary && !wantsOrdinary, "no range without a slot");
            Assert.False(takesHead && parallelism == 1 && open, "the head of a job of parallelism 1 waits for all else");
            Assert.False(taken is null && leased < parallelism && wantsOrdinary && waiting.Contains("lowest", StringComparison.Ordinal), "nobody idles beside work");
            Assert.True(taken is null || waiting.Contains(Name(taken.Value), StringComparison.Ordinal), "what is taken was waiting");
        }
    }

    private static RangeChoice Choice(string waiting, bool ordinaryOpen, int leased)
    {
        long? If(long kind) => waiting.Contains(Name(kind), StringComparison.Ordinal) ? kind : null;
        return new RangeChoice(leased, ordinaryOpen, If(Head), If(Neighbour), If(Own), If(Lowest));
    }

    private static string Name(long kind) => kind switch { Head => "head", Neighbour => "neighbour", Own => "own", _ => "lowest" };
}
