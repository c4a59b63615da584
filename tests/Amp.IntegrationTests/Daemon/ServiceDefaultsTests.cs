using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Amp.Controller;
using Amp.LocalPostgres.Processes;
using Amp.ServiceDefaults;
using Amp.Shared.Options;
using Amp.TestKit;
using Amp.TestKit.Postgres;
using Amp.TestKit.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Amp.IntegrationTests.Daemon;

/// <summary>What every service shares, shown on the controller: readiness, telemetry, signals.</summary>
public sealed class ServiceDefaultsTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_service_is_alive_but_not_ready_while_its_database_is_away()
    {
        await using var cluster = await TestPostgres.StartOwnAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var controller = ControllerHost.Build(Settings(database.ConnectionString));
        await controller.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(controller.Urls.Single()) };

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/readyz"));
        await cluster.KillAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(http, "/readyz"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/healthz"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/livez"));
        await cluster.RestartAsync(TestContext.Current.CancellationToken);
        await Eventually.SatisfiesAsync(() => StatusAsync(http, "/readyz"), s => s == HttpStatusCode.OK, "ready again", _patience, () => "");

        await controller.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Traces_and_metrics_are_sent_where_the_configuration_says()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var receiver = await ReceiverAsync(out var received);
        var url = receiver.Urls.Single();

        await using (var controller = ControllerHost.Build(Settings(
            database.ConnectionString, ("OPENTELEMETRY__TRACE_URL", url + "/v1/traces"), ("OPENTELEMETRY__METRICS_URL", url + "/v1/metrics"))))
        {
            await controller.StartAsync(TestContext.Current.CancellationToken);
            using var http = new HttpClient { BaseAddress = new Uri(controller.Urls.Single()) };
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/datasets"));
            await controller.StopAsync(TestContext.Current.CancellationToken);
        }

        // What was not sent yet is sent when the host ends.
        Assert.Contains(received, r => r.Path == "/v1/traces" && r.Body.Contains("amp-controller") && r.Body.Contains("/datasets"));
        Assert.Contains(received, r => r.Path == "/v1/metrics" && r.Body.Contains("http.server.request.duration"));
    }

    [Fact]
    public async Task Traces_are_not_sent_when_the_ratio_is_zero()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var receiver = await ReceiverAsync(out var received);
        var url = receiver.Urls.Single();

        await using (var controller = ControllerHost.Build(Settings(
            database.ConnectionString,
            ("OPENTELEMETRY__TRACE_URL", url + "/v1/traces"), ("OPENTELEMETRY__METRICS_URL", url + "/v1/metrics"), ("OPENTELEMETRY__TRACE_RATIO", "0"))))
        {
            await controller.StartAsync(TestContext.Current.CancellationToken);
            using var http = new HttpClient { BaseAddress = new Uri(controller.Urls.Single()) };
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/datasets"));
            await controller.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains(received, r => r.Path == "/v1/metrics");
        Assert.DoesNotContain(received, r => r.Path == "/v1/traces");
    }

    [Fact]
    public async Task The_first_signal_waits_for_a_running_request_and_the_second_does_not()
    {
        await using var database = await TestDatabase.CreateAsync();
        var port = LoopbackPorts.Free();
        await using var process = await ServiceProcess.StartAsync(new ServiceProcessSettings("controller", Repository.Output("Amp.Daemon", "ampd.dll"))
        {
            Arguments = ["controller"],
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["AMP_CONFIG_METADATA_DB__URL"] = database.ConnectionString,
                ["AMP_CONFIG_ADMIN_ADDR"] = $"127.0.0.1:{port}",
            },
            ReadyUrl = new Uri($"http://127.0.0.1:{port}/readyz"),
        });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        // A body of which one byte is missing: the request runs until we close the connection, which we do not.
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes("POST /datasets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"),
            TestContext.Current.CancellationToken);
        // The interim answer shows that the endpoint has begun to read.
        var interim = new byte[64];
        var read = await client.GetStream().ReadAsync(interim, TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(interim, 0, read));

        process.Signal(UnixSignal.Terminate);
        await process.WaitForLogAsync("Stopping amp-controller", _patience);
        Assert.True(process.IsRunning);
        process.Signal(UnixSignal.Terminate);

        Assert.Equal(143, await process.Exited.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("GET", 3, HttpStatusCode.OK)]
    [InlineData("POST", 1, HttpStatusCode.ServiceUnavailable)]
    public async Task A_client_of_a_service_repeats_what_can_be_repeated_without_harm(string method, int asked, HttpStatusCode answer)
    {
        var requests = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        server.Map("/", (HttpContext context) =>
        {
            // The header spares this test the back-off.
            context.Response.Headers.RetryAfter = "0";
            context.Response.StatusCode = ++requests <= 2 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        });
        await server.StartAsync(TestContext.Current.CancellationToken);
        await using var services = new ServiceCollection().AddAmpHttpResilience().BuildServiceProvider();
        using var client = services.GetRequiredService<IHttpClientFactory>().CreateClient();

        using var request = new HttpRequestMessage(new HttpMethod(method), server.Urls.Single());
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((answer, asked), (response.StatusCode, requests));
    }

    private static AmpSettings Settings(string database, params (string Key, string Value)[] more)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AMP_CONFIG_METADATA_DB__URL"] = database,
            ["AMP_CONFIG_ADMIN_ADDR"] = "127.0.0.1:0",
        };
        foreach (var (key, value) in more)
            environment["AMP_CONFIG_" + key] = value;
        return SettingsLoader.Load(new SettingsRequest { Environment = environment, CurrentFolder = Path.Combine(Path.GetTempPath(), "amp-no-such-folder") });
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    // Texts stand in the OTLP messages as they are, whatever the messages' form.
    private static Task<WebApplication> ReceiverAsync(out ConcurrentQueue<(string Path, string Body)> received)
    {
        var queue = received = new ConcurrentQueue<(string, string)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/{signal}", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            queue.Enqueue((context.Request.Path.Value!, Encoding.Latin1.GetString(body.ToArray())));
            return Results.Bytes([], "application/x-protobuf");
        });
        return StartAsync(app);
    }

    private static async Task<WebApplication> StartAsync(WebApplication app)
    {
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
