using System.Text.RegularExpressions;
using Amp.Server.Flight.Browsing;
using Amp.Shared.Faults;

namespace Amp.UnitTests.Flight;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData(null, "demo/logs", true)]
    [InlineData("", "demo/logs", false)]
    [InlineData("%", "", true)]
    [InlineData("demo/logs", "demo/logs", true)]
    [InlineData("demo/logs", "Demo/logs", false)]
    [InlineData("demo/%", "demo/logs", true)]
    [InlineData("%logs", "demo/logs", true)]
    [InlineData("%o/l%", "demo/logs", true)]
    [InlineData("demo_logs", "demo/logs", true)]
    [InlineData("demo\\_logs", "demo/logs", false)]
    [InlineData("demo\\_logs", "demo_logs", true)]
    [InlineData("100\\%", "100%", true)]
    [InlineData("100\\%", "1000", false)]
    [InlineData("a\\\\b", "a\\b", true)]
    [InlineData("a\\", "a\\", true)]
    [InlineData("_", "", false)]
    [InlineData("%a%b%", "xxaxxbxx", true)]
    [InlineData("%a%b", "xxaxxbxx", false)]
    public void Percent_is_any_text_underscore_one_character_and_a_backslash_takes_the_next_as_it_is(string? pattern, string name, bool matches) =>
        Assert.Equal(matches, NamePattern.Read(pattern, "p").Matches(name));

    [Fact]
    public void Random_patterns_match_what_regular_expressions_match()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 20_000; i++)
        {
            var pattern = new string(random.GetItems("ab%_"u8, random.Next(8)).Select(b => (char)b).ToArray());
            var name = new string(random.GetItems("ab"u8, random.Next(9)).Select(b => (char)b).ToArray());
            var expected = Regex.IsMatch(name, "^" + pattern.Replace("%", ".*", StringComparison.Ordinal).Replace('_', '.') + "$", RegexOptions.NonBacktracking);
            Assert.True(expected == NamePattern.Read(pattern, "p").Matches(name), $"seed {seed}: '{name}' against '{pattern}'");
        }
    }

    [Fact]
    public void A_pattern_that_is_too_long_is_refused_by_the_name_of_its_field()
    {
        Assert.True(NamePattern.Read(new string('%', 600), "p").Matches("x"));
        var fault = Assert.Throws<AmpException>(() => NamePattern.Read(new string('%', 601), "table_name_filter_pattern"));
        Assert.Equal((ErrorCode.InvalidRequest, true), (fault.Code, fault.Message.StartsWith("table_name_filter_pattern is 601 characters", StringComparison.Ordinal)));
    }
}
