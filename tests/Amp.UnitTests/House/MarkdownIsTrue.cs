using System.Text.RegularExpressions;
using Amp.Shared.Options;

namespace Amp.UnitTests.House;

/// <summary>What our own pages name must exist: files, projects, commands, options, variables.</summary>
public sealed partial class MarkdownIsTrue
{
    private static readonly Lazy<string> _code = new(() => string.Join('\n', RepositoryFiles.All
        .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) && (!f.StartsWith("tests/", StringComparison.Ordinal) || f.StartsWith("tests/Amp.TestKit/", StringComparison.Ordinal)))
        .Select(Read)));

    public static TheoryData<string> Pages =>
        [.. RepositoryFiles.All.Where(f => f.EndsWith(".md", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_leads_to_a_file(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(RepositoryFiles.Root, page))!;
        var dead = Link().Matches(Read(page)).Select(m => m.Groups["target"].Value)
            .Where(t => !t.Contains("://", StringComparison.Ordinal) && !t.StartsWith('#'))
            .Where(t => !Exists(Path.Combine(folder, t.Split('#')[0])));

        Assert.Empty(dead);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_path_in_code_type_exists(string page)
    {
        var gone = Span().Matches(Read(page)).Select(m => m.Groups["text"].Value)
            .Where(t => RepositoryPath().IsMatch(t))
            .Select(t => t.Split(':')[0].TrimEnd('/'))
            .Where(t => !t.Contains('<', StringComparison.Ordinal) && !t.Contains('*', StringComparison.Ordinal))
            .Where(t => !Exists(Path.Combine(RepositoryFiles.Root, t)));

        Assert.Empty(gone);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_project_that_is_run_exists(string page)
    {
        var gone = RunProject().Matches(Read(page)).Select(m => m.Groups["project"].Value)
            .Where(p => !Directory.Exists(Path.Combine(RepositoryFiles.Root, p)));

        Assert.Empty(gone);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_variable_of_ours_is_read_somewhere(string page)
    {
        var unread = Variable().Matches(Read(page)).Select(m => m.Value).Distinct()
            .Where(v => !v.StartsWith(ConfigVariables.Prefix, StringComparison.Ordinal))
            .Where(v => !_code.Value.Contains(v, StringComparison.Ordinal));

        Assert.Empty(unread);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_variable_of_the_configuration_sets_a_key(string page) => Assert.Empty(WithoutKey(Read(page)));

    [Fact]
    public void A_variable_that_sets_no_key_is_found() =>
        Assert.Equal(["AMP_CONFIG_WRITER_BYTES", "AMP_CONFIG_WRITER"], WithoutKey("`AMP_CONFIG_WRITER__BYTES`, `AMP_CONFIG_WRITER_BYTES`, `AMP_CONFIG_WRITER`, `AMP_CONFIG_*`"));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_option_of_our_programs_exists(string page)
    {
        var unknown = Command().Matches(Read(page))
            .SelectMany(m => Option().Matches(m.Value).Select(o => o.Value))
            .Where(o => o is not ("--project" or "--" or "--help" or "--version" or "--solution" or "--no-build"))
            .Distinct()
            .Where(o => !_code.Value.Contains($"\"{o}\"", StringComparison.Ordinal) && !_code.Value.Contains($"[\"{o[2..]}\"]", StringComparison.Ordinal));

        Assert.Empty(unknown);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_subcommand_of_ampd_exists(string page)
    {
        var unknown = Subcommand().Matches(Read(page)).Select(m => m.Groups["name"].Value).Distinct()
            .Where(name => !_code.Value.Contains($"\"{name}\"", StringComparison.Ordinal));

        Assert.Empty(unknown);
    }

    private static IEnumerable<string> WithoutKey(string text) => Variable().Matches(text).Select(m => m.Value).Distinct()
        .Where(v => v.StartsWith(ConfigVariables.Prefix, StringComparison.Ordinal))
        .Where(v => ConfigKeys.Find(v[ConfigVariables.Prefix.Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant()) is null);

    private static string Read(string file) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, file));

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<text>[^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"^(Amp\.[A-Za-z]+|docs|tests|deploy|\.ci)/[^\s]*$")]
    private static partial Regex RepositoryPath();

    [GeneratedRegex(@"--project (?<project>[A-Za-z./]+)")]
    private static partial Regex RunProject();

    [GeneratedRegex(@"\bAMP_[A-Z][A-Z0-9_]*[A-Z0-9]\b")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^(\s*|.*`)(dotnet run --project Amp\.|\S*amp(d|ctl) )[^\n`]*", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<=\s)--[a-z][a-z-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"(?<=^|[`/])ampd (--config \S+ )?(?<name>[a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Subcommand();
}
