using System.Text.Json;
using System.Text.RegularExpressions;
using Amp.AppHost;
using Amp.AppHost.Local;
using Amp.TestKit;
using Aspire.Hosting;

namespace Amp.UnitTests.AppHost;

public sealed partial class ManifestFileTests
{
    private static readonly string _folder = Path.Combine(Repository.Root, "Amp.AppHost");

    [Fact]
    public void The_committed_manifest_is_what_the_picture_says() =>
        Assert.Equal(File.ReadAllText(Path.Combine(_folder, "aspire-manifest.json")), Manifest());

    [Fact]
    public void Every_reference_leads_to_a_resource_and_a_binding_of_the_manifest()
    {
        using var manifest = JsonDocument.Parse(Manifest());
        var resources = manifest.RootElement.GetProperty("resources");
        var references = Reference().Matches(Manifest()).Select(m => m.Groups[1].Value.Split('.')).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, parts =>
        {
            Assert.True(resources.TryGetProperty(parts[0], out var resource), parts[0]);
            if (parts[1] == "bindings")
                Assert.True(resource.GetProperty("bindings").TryGetProperty(parts[2], out _), string.Join('.', parts));
            else
                Assert.True(resource.TryGetProperty(parts[1], out _), string.Join('.', parts));
        });
    }

    [Fact]
    public void No_secret_stands_in_the_manifest()
    {
        using var manifest = JsonDocument.Parse(Manifest());
        var variables = manifest.RootElement.GetProperty("resources").EnumerateObject()
            .Where(r => r.Value.TryGetProperty("env", out _))
            .SelectMany(r => r.Value.GetProperty("env").EnumerateObject())
            .Where(v => v.Name.Contains("PASSWORD", StringComparison.Ordinal) || v.Name.Contains("SECRET", StringComparison.Ordinal));

        Assert.All(variables, v => Assert.Matches(@"^\{[a-z-]+\.value\}$", v.Value.GetString()));
    }

    private static string Manifest()
    {
        var builder = DistributedApplication.CreateBuilder(["--publisher", "manifest", "--output-path", "x"]);
        var options = AppHostOptions.Read(builder.Configuration, builder.AppHostDirectory, out _);
        Deployment.Describe(builder, options!);
        return ManifestFile.Text(builder, _folder);
    }

    [GeneratedRegex(@"\{([a-z0-9-]+(\.[A-Za-z0-9]+)+)\}")]
    private static partial Regex Reference();
}
