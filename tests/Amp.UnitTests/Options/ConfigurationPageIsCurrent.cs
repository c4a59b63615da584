using Amp.Daemon.Configuration;
using Amp.TestKit;

namespace Amp.UnitTests.Options;

public sealed class ConfigurationPageIsCurrent
{
    [Fact]
    public void The_committed_page_is_what_the_code_says()
    {
        using var page = new StringWriter { NewLine = "\n" };
        ConfigurationPage.Write(page);

        Assert.Equal(page.ToString(), File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md")));
    }
}
