using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Amp.IntegrationTests.Ctl;

/// <summary>The script of <c>ampctl completion bash</c>, in bash, as it calls it when somebody presses Tab.</summary>
[Collection(AmpctlCluster.Name)]
public sealed class AmpctlCompletionTests(AmpctlCluster cluster)
{
    [Fact]
    public async Task Bash_completes_words_and_names_of_the_Admin_API()
    {
        await cluster.Controller.RegisterAsync("complete", "first", "1.0.0", network: AmpctlCluster.Network);
        await cluster.Controller.RegisterAsync("complete", "first", "1.1.0", network: AmpctlCluster.Network);
        var answers = await CompleteAsync(cluster.Controller.Client.BaseAddress!, "ampctl dataset insp", "ampctl dataset inspect complete/f", "ampctl dataset inspect complete/first@1", "ampctl worker inspect w");
        Assert.Equal(["inspect", "complete/first", "1.0.0 1.1.0", AmpctlCluster.Worker], answers);
    }

    [Fact]
    public async Task What_a_shell_would_expand_is_not_offered()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        await using var hostile = builder.Build();
        hostile.Urls.Add("http://127.0.0.1:0");
        string? authorization = null;
        hostile.MapGet("/datasets", (HttpRequest request) =>
        {
            authorization = request.Headers.Authorization;
            return Results.Json(new { datasets = new[] { new { @namespace = "x", name = "$(touch${IFS}owned)" }, new { @namespace = "x", name = "harmless" } } });
        });
        await hostile.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["x/harmless"], await CompleteAsync(new Uri(hostile.Urls.Single()), "ampctl dataset inspect x"));
        Assert.Equal("Bearer a-token", authorization);
        Assert.False(File.Exists(Path.Combine(cluster.Folder, "owned")));
    }

    // Where bash breaks words at @, the last word begins behind it.
    private async Task<string[]> CompleteAsync(Uri admin, params string[] lines)
    {
        var script = string.Concat(lines.Select(line => string.Create(
            CultureInfo.InvariantCulture, $"COMP_LINE='{line}'; COMP_POINT={line.Length}; COMP_WORDS=({line.Replace("@", " @ ", StringComparison.Ordinal)}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _ampctl; echo \"${{COMPREPLY[*]}}\"\n")));
        var run = await cluster.BashAsync($"export AMP_ADMIN_URL={admin} AMP_AUTH_TOKEN=a-token\nCOMP_WORDBREAKS=$' \\t\\n\"\\'@><=;|&(:'\nsource <(ampctl completion bash)\n{script}");
        return run.Succeeded().Output.TrimEnd('\n').Split('\n');
    }
}
