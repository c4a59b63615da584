using System.Text.RegularExpressions;

namespace Amp.UnitTests.House;

public sealed partial class NamesAndMarks
{
    private static IEnumerable<string> Code => RepositoryFiles.All.Where(f => f.EndsWith(".cs", StringComparison.Ordinal));

    [Fact]
    public void No_folder_or_file_is_a_drawer() => Assert.DoesNotContain(Code, f => Drawer().IsMatch(f));

    [Fact]
    public void Outside_the_tests_nothing_asks_the_machine_for_the_time_or_sleeps()
    {
        var marks = Code.Where(f => !f.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(f => File.ReadLines(Path.Combine(RepositoryFiles.Root, f)).Select((line, i) => (File: f, Line: i + 1, Text: line)))
            .Where(l => Clock().IsMatch(l.Text))
            .Select(l => $"{l.File}:{l.Line}: {l.Text.Trim()}");

        Assert.Empty(marks);
    }

    [Fact]
    public void Files_stay_under_400_lines()
    {
        var large = Code.Select(f => (File: f, Lines: File.ReadLines(Path.Combine(RepositoryFiles.Root, f)).Count()))
            .Where(f => f.Lines > 400);

        Assert.Empty(large);
    }

    [Fact]
    public void An_event_id_means_one_log_message()
    {
        var texts = Code.Where(f => !f.StartsWith("tests/", StringComparison.Ordinal)).Select(f => File.ReadAllText(Path.Combine(RepositoryFiles.Root, f))).ToList();
        var ids = texts.SelectMany(t => EventId().Matches(t)).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(texts.Sum(t => LogMessage().Count(t)), ids.Count);
        Assert.Empty(ids.GroupBy(i => i).Where(g => g.Count() > 1).Select(g => g.Key));
    }

    [GeneratedRegex(@"\[LoggerMessage\(")]
    private static partial Regex LogMessage();

    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?([0-9]+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"(Common|Utils?|Helpers?|Manager|Base|Impl)(\.cs$|/)")]
    private static partial Regex Drawer();

    [GeneratedRegex(@"DateTime(Offset)?\.(UtcNow|Now)|Thread\.Sleep|NotImplementedException")]
    private static partial Regex Clock();
}
