using System.Text.Json.Nodes;

namespace Amp.IntegrationTests.Ctl;

/// <summary>What a run of <c>ampctl</c> left.</summary>
public sealed record AmpctlRun(int Code, string Output, string Errors)
{
    /// <summary>The answer of a run that succeeded and said nothing else.</summary>
    public JsonNode Json
    {
        get
        {
            Succeeded();
            return JsonNode.Parse(Output)!;
        }
    }

    public AmpctlRun Succeeded()
    {
        Assert.True((Code, Errors) is (0, ""), $"exit code {Code}\n{Errors}\n{Output}");
        return this;
    }

    /// <summary>One line on the standard error output, nothing on the other.</summary>
    public void Failed(int code, params string[] parts)
    {
        Assert.True(Code == code, $"exit code {Code} and not {code}\n{Errors}\n{Output}");
        Assert.Equal("", Output);
        Assert.StartsWith("error: ", Assert.Single(Errors.Split('\n')), StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, Errors, StringComparison.Ordinal));
    }
}
