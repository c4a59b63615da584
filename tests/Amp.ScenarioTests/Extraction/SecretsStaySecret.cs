using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Amp.LocalPostgres.Processes;
using Amp.TestKit;
using Amp.TestKit.Chains;
using Amp.TestKit.Cluster;
using Amp.TestKit.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Amp.ScenarioTests.Extraction;

/// <summary>Planted secrets and much that goes wrong: no log at its most talkative, no answer of the Admin API and no row of the database tells one.</summary>
public sealed class SecretsStaySecret
{
    private static readonly string[] _planted = ["planted-token", "planted-user", "planted-word", "planted-path", "planted-query"];

    private static readonly AmpClusterSettings _settings = new() { Workers = 0, Servers = 0, Controllers = 0, Chain = null, OwnPostgres = true };

    [Theory]
    [InlineData("http", StatusCodes.Status401Unauthorized)]
    [InlineData("http", StatusCodes.Status200OK)]
    [InlineData("ws", StatusCodes.Status401Unauthorized)]
    [InlineData("ws", StatusCodes.Status200OK)]
    public async Task What_a_provider_is_reached_with(string scheme, int status)
    {
        // A node that echoes all that it was sent, as some gateways do.
        await using var node = await ScriptedNode.StartAsync(async (context, _) =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(status == StatusCodes.Status200OK ? Error("1", Echo(context)) : Echo(context));
        });
        var echo = "";
        await using var socketNode = await ScriptedSocketNode.StartAsync((socket, call) => socket.SendAsync(Error(call.GetProperty("id").GetRawText(), echo)), context =>
        {
            echo = Echo(context);
            context.Response.StatusCode = status;
            return status == StatusCodes.Status200OK;
        });
        var address = scheme == "ws" ? socketNode.Address : node.Address;
        await using var traces = await ReceiverAsync(out var traced);
        await using var cluster = await AmpCluster.StartAsync(_settings);
        var url = new UriBuilder(address) { UserName = "planted-user", Password = "planted-word", Path = "/v3/planted-path", Query = "key=planted-query" }.Uri;
        cluster.AddProvider("gateway", AmpCluster.Network, url, "auth_header = \"X-Key\"\nauth_token = \"planted-token\"");
        var password = new NpgsqlConnectionStringBuilder(cluster.Database.ConnectionString).Password!;
        await using var controller = await StartAsync(cluster, "Amp.Controller", "controller", traces, "admin_addr");
        await using var worker = await StartAsync(cluster, "Amp.Worker", "worker-1", traces, "worker_health_addr", "--node-id", "worker-1");
        using var admin = new HttpClient { BaseAddress = controller.Url };

        await PostAsync(admin, "/datasets", """{"namespace":"test","name":"eth","version":"1.0.0","manifest":{"kind":"evm-rpc","network":"devnet"}}""");
        await PostAsync(admin, "/datasets/test/eth/versions/1.0.0/deploy", """{"end_block":40}""");
        var refused = await PostAsync(admin, "/datasets/test/eth/versions/1.0.0/deploy", """{"end_block":"latest"}""");
        await Eventually.TrueAsync(
            async () => await cluster.Database.ScalarAsync("select count(*) from job_events where event_type in ('ERROR', 'FATAL')") is > 0L, "the job fails", TimeSpan.FromSeconds(60), () => worker.Process.Tail(20));
        List<string> answers = [refused];
        foreach (var path in (string[])["/providers", "/providers/gateway", "/jobs?status=all", "/jobs/1", "/jobs/1/events", "/jobs/1/progress", "/workers", "/workers/worker-1", "/datasets", "/locations", "/files?dataset=test/eth@1.0.0"])
            answers.Add(await (await admin.GetAsync(path)).Content.ReadAsStringAsync());
        answers.Add((string)(await cluster.Database.ScalarAsync("select coalesce(string_agg(j::text || coalesce(e::text, ''), ' '), '') from jobs j left join job_events e on e.job_id = j.id"))!);

        // The database goes away under both, and both say so.
        await cluster.Postgres.KillAsync();
        answers.Add(await (await admin.GetAsync("/jobs")).Content.ReadAsStringAsync());
        answers.Add(await (await admin.GetAsync("/readyz")).Content.ReadAsStringAsync());
        await cluster.Postgres.RestartAsync();

        // What was not sent yet is sent at the end.
        await worker.Process.StopAsync();
        await controller.Process.StopAsync();
        Assert.Contains(traced, body => body.Contains($"{scheme}://127.0.0.1:{address.Port}", StringComparison.Ordinal));
        answers.AddRange(traced);
        var everything = string.Join('\n', answers) + controller.Process.Log + worker.Process.Log;
        Assert.Contains("gateway", everything);
        Assert.Equal(scheme == "ws", echo.Contains("planted-token", StringComparison.Ordinal));
        Assert.All(_planted.Append(password), secret => Assert.DoesNotContain(secret, everything));
    }

    [Theory]
    [InlineData("Amp.Controller")]
    [InlineData("Amp.Worker", "--node-id", "worker-1")]
    [InlineData("Amp.Server")]
    public async Task A_wrong_password_of_the_database(string project, params string[] arguments)
    {
        await using var cluster = await AmpCluster.StartAsync(_settings);
        var connection = new NpgsqlConnectionStringBuilder(cluster.Database.ConnectionString) { Password = "planted-word" };
        var service = cluster.Service(project, project, new Uri("http://127.0.0.1:1"), ("metadata_db.url", connection.ConnectionString));
        await using var process = ServiceProcess.Launch(service with { Arguments = arguments });

        Assert.Equal(1, await process.Exited.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Contains("password authentication failed for user \"amp\"", Assert.Single(process.Log.Split('\n'), line => line.StartsWith("error: ", StringComparison.Ordinal)));
        Assert.DoesNotContain("planted-word", process.Log);
    }

    private static string Echo(HttpContext context) =>
        $"no key {context.Request.Path}{context.Request.QueryString} {context.Request.Headers.Authorization} {context.Request.Headers["X-Key"]}";

    private static string Error(string id, string message) => $$$"""{"jsonrpc":"2.0","id":{{{id}}},"error":{"code":-32000,"message":"{{{message}}}"}}""";

    /// <summary>Takes traces as OTLP over HTTP; texts stand in them as they are.</summary>
    private static Task<WebApplication> ReceiverAsync(out ConcurrentQueue<string> bodies)
    {
        var received = bodies = new ConcurrentQueue<string>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/traces", async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            received.Enqueue(await reader.ReadToEndAsync(context.RequestAborted));
        });
        return StartedAsync(app);
    }

    private static async Task<WebApplication> StartedAsync(WebApplication app)
    {
        await app.StartAsync();
        return app;
    }

    private static async Task<Running> StartAsync(AmpCluster cluster, string project, string name, WebApplication traces, string addressKey, params string[] arguments)
    {
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LoopbackPorts.Free()}"));
        var settings = cluster.Service(project, name, url, (addressKey, url.Authority), ("opentelemetry.trace_url", traces.Urls.Single() + "/v1/traces"));
        var environment = settings.Environment.ToDictionary(StringComparer.Ordinal);
        environment["AMP_LOG"] = "trace";
        return new Running(await ServiceProcess.StartAsync(settings with { Arguments = arguments, Environment = environment }), url);
    }

    private static async Task<string> PostAsync(HttpClient admin, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await admin.PostAsync(path, content);
        return await answer.Content.ReadAsStringAsync();
    }

    private sealed record Running(ServiceProcess Process, Uri Url) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}
