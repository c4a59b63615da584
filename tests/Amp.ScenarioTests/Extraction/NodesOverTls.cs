using System.Text.Json;
using Amp.LocalPostgres.Processes;
using Amp.TestKit;
using Amp.TestKit.Cluster;
using Amp.TestKit.Nodes;
using Amp.TestKit.Processes;

namespace Amp.ScenarioTests.Extraction;

/// <summary>A node behind https or wss: its certificate decides.</summary>
public sealed class NodesOverTls
{
    private const string Dataset = "test/eth@1.0.0";

    [Theory]
    [InlineData("https")]
    [InlineData("wss")]
    public async Task A_refused_certificate_is_named_and_a_trusted_one_serves(string scheme)
    {
        await using var cluster = await AmpCluster.StartAsync(new AmpClusterSettings { Workers = 0, Chain = new ChainSettings { Blocks = 50 } });
        await using var front = await TlsFront.StartAsync(cluster.ChainUrl!);
        cluster.AddProvider("devchain", AmpCluster.Network, new UriBuilder(front.Url) { Scheme = scheme }.Uri);
        await cluster.RegisterAsync(Dataset);
        var job = await cluster.DeployAsync(Dataset, "40");

        await using (await StartWorkerAsync(cluster, "stranger"))
        {
            var detail = await Eventually.SatisfiesAsync(() => DetailAsync(cluster, job), d => d.ValueKind == JsonValueKind.Object, $"job {job} has failed");
            Assert.Equal("PROVIDER_UNAVAILABLE", detail.GetProperty("error_code").GetString());
            var message = detail.GetProperty("message").GetString();
            Assert.Contains($"provider 'devchain' ({scheme}://127.0.0.1:{front.Url.Port}) has a TLS certificate that is not trusted here", message, StringComparison.Ordinal);
            Assert.Contains("SSL_CERT_FILE", message, StringComparison.Ordinal);
            Assert.Equal(0, front.Requests);
        }

        var trusted = Path.Combine(cluster.Folder, "trusted.pem");
        await File.WriteAllTextAsync(trusted, front.Pem, TestContext.Current.CancellationToken);
        await using var friend = await StartWorkerAsync(cluster, "friend", ("SSL_CERT_FILE", trusted));
        // A job of its own: the first one waits for its next try.
        await cluster.RegisterAsync("test/friendly@1.0.0", startBlock: 1);
        await cluster.WaitForJobAsync(await cluster.DeployAsync("test/friendly@1.0.0", "40"), "COMPLETED", TimeSpan.FromSeconds(60));
        Assert.True(front.Requests > 0);
        Assert.Equal(40, (await cluster.QueryAsync("select count(*) as n from \"test/friendly\".blocks"))[0].GetProperty("n").GetInt64());
    }

    private static Task<ServiceProcess> StartWorkerAsync(AmpCluster cluster, string nodeId, params (string Name, string Value)[] more)
    {
        var port = LoopbackPorts.Free();
        var settings = cluster.Service("Amp.Worker", nodeId, new Uri($"http://127.0.0.1:{port}"), ("worker_health_addr", $"127.0.0.1:{port}"));
        var environment = settings.Environment.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in more)
            environment[name] = value;
        return ServiceProcess.StartAsync(settings with { Arguments = ["--node-id", nodeId], Environment = environment });
    }

    private static async Task<JsonElement> DetailAsync(AmpCluster cluster, long job) =>
        await cluster.Database.ScalarAsync($"select detail::text from job_events where job_id = {job} and event_type = 'ERROR' order by id limit 1") is string json
            ? JsonElement.Parse(json)
            : default;
}
