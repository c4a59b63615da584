using System.Net;
using Amp.TestKit.Postgres;

namespace Amp.IntegrationTests.Admin;

public sealed class WireTests : IAsyncLifetime
{
    private RunningController _controller = null!;

    public async ValueTask InitializeAsync() => _controller = await RunningController.StartAsync();

    public ValueTask DisposeAsync() => _controller.DisposeAsync();

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/livez")]
    [InlineData("/readyz")]
    public async Task Health_is_answered(string path) => Assert.Equal(200, (await _controller.GetAsync(path)).Status);

    [Theory]
    [InlineData("/")]
    [InlineData("/data_sets")]
    [InlineData("/jobs/1/2/3")]
    public async Task Unknown_routes_answer_in_the_shape_of_errors(string path) => (await _controller.GetAsync(path)).IsError(404, "NOT_FOUND", path);

    [Fact]
    public async Task Wrong_methods_answer_in_the_shape_of_errors()
    {
        (await _controller.PutAsync("/datasets")).IsError(405, "METHOD_NOT_ALLOWED", "PUT", "GET", "POST");
        (await _controller.PostAsync("/jobs/1/stop", "{}")).IsError(405, "METHOD_NOT_ALLOWED", "PUT");
    }

    [Fact]
    public async Task A_hash_that_was_left_empty_deletes_no_manifest()
    {
        var stored = (await _controller.PostAsync("/manifests", RunningController.Manifest().ToJsonString())).Json["hash"];
        (await _controller.DeleteAsync("/manifests/")).IsError(400, "INVALID_MANIFEST_HASH", "empty");
        Assert.Equal(200, (await _controller.GetAsync($"/manifests/{stored}")).Status);
        Assert.Equal("""{"deleted_count":1}""", (await _controller.DeleteAsync("/manifests")).Text);
    }

    [Fact]
    public async Task No_header_allows_other_origins()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/jobs");
        request.Headers.Add("Origin", "http://elsewhere.example");
        using var response = await _controller.Client.SendAsync(request);
        Assert.DoesNotContain(response.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Both_versions_of_http_are_spoken(string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/jobs") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await _controller.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Version.Parse(version), response.Version);
        Assert.Equal("""{"jobs":[]}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_document_names_every_endpoint_and_only_json_bodies()
    {
        var paths = (await _controller.GetAsync("/openapi/v1.json")).Json["paths"]!.AsObject();
        foreach (var (path, method) in Endpoints)
            Assert.True(paths[path]?[method] is not null, $"{method} {path} is not in the document");
        var deploy = paths["/datasets/{namespace}/{name}/versions/{revision}/deploy"]!["post"]!;
        Assert.Equal(["application/json"], deploy["requestBody"]!["content"]!.AsObject().Select(c => c.Key));
        Assert.Equal(["202", "400", "404", "409", "413", "500", "503"], deploy["responses"]!.AsObject().Select(r => r.Key).Order(StringComparer.Ordinal));
        var page = await _controller.GetAsync("/docs");
        Assert.Equal(200, page.Status);
        Assert.Equal("text/html", page.MediaType);
    }

    [Fact]
    public async Task The_document_requires_only_what_is_always_there()
    {
        var schemas = (await _controller.GetAsync("/openapi/v1.json")).Json["components"]!["schemas"]!;

        Assert.Equal(["namespace", "name", "manifest"], Required("RegisterRequest"));
        Assert.Equal(["workers"], Required("WorkersResponse"));
        Assert.Contains("node_id", Required("RangeInfo"));

        IEnumerable<string> Required(string schema) => schemas[schema]!["required"]!.AsArray().Select(name => name!.GetValue<string>());
    }

    [Fact]
    public async Task A_parameter_of_a_wrong_type_answers_in_the_shape_of_errors() =>
        (await _controller.PostAsync("/datasets?force=maybe", "{}")).IsError(400, "INVALID_REQUEST", "force", "maybe");

    [Fact]
    public async Task A_parameter_that_is_not_known_is_not_passed_over()
    {
        (await _controller.GetAsync("/jobs?statsu=all")).IsError(400, "INVALID_REQUEST", "'statsu'", "'status'");
        (await _controller.DeleteAsync("/datasets/a/b?force=true")).IsError(400, "INVALID_REQUEST", "'force'", "takes none");
        Assert.Equal(200, (await _controller.GetAsync("/jobs?Status=all&limit=3")).Status);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("http://localhost:5173,https://console.example", "https://console.example")]
    [InlineData("https://other.example", null)]
    public async Task A_page_of_a_browser_may_call_where_its_origin_is_configured(string? origins, string? allowed)
    {
        await using var controller = await RunningController.StartAsync(config: origins is null ? [] : [("admin_cors_origins", origins)]);
        foreach (var method in (HttpMethod[])[HttpMethod.Options, HttpMethod.Get])
        {
            using var request = new HttpRequestMessage(method, "/jobs?limit=0");
            request.Headers.Add("Origin", "https://console.example");
            request.Headers.Add("Access-Control-Request-Method", "PUT");
            using var response = await controller.Client.SendAsync(request);
            Assert.Equal(allowed, response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        }

        // Without a question before it.
        using var simple = new HttpRequestMessage(HttpMethod.Post, "/catalog/restore") { Headers = { { "Origin", "https://console.example" } } };
        using var answer = await controller.Client.SendAsync(simple);
        Assert.Equal(allowed is null ? 400 : 200, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("/datasets", """{"namespace":"a","name":"b","manifest":{"kind":"evm-rpc","network":"testnet","tables":TABLES}}""", "$.manifest.tables.blocks.schema")]
    [InlineData("/manifests", """{"kind":"evm-rpc","network":"testnet","tables":TABLES}""", "$.tables.blocks.schema")]
    public async Task A_mistake_is_named_by_its_path_in_the_body(string path, string body, string mistake) =>
        (await _controller.PostAsync(path, body.Replace("TABLES", """{"blocks":{"schema":{"arrow":{"fields":[{"name":"x","type":"Utf8","nullable":false}]}}}}""", StringComparison.Ordinal)))
            .IsError(400, "INVALID_MANIFEST", mistake);

    [Fact]
    public async Task A_database_that_is_away_is_told_as_unavailable()
    {
        await using var cluster = await TestPostgres.StartOwnAsync();
        var database = await TestDatabase.CreateAsync(cluster);
        await using var controller = await RunningController.StartAsync(database: database);
        Assert.Equal(200, (await controller.GetAsync("/jobs")).Status);
        await cluster.KillAsync();
        (await controller.GetAsync("/jobs")).IsError(503, "DATABASE_UNAVAILABLE");
        Assert.Equal(503, (await controller.GetAsync("/readyz")).Status);
        Assert.Equal(200, (await controller.GetAsync("/livez")).Status);
        await database.DisposeAsync();
    }

    private static readonly (string Path, string Method)[] Endpoints =
    [
        ("/datasets", "get"), ("/datasets", "post"), ("/datasets/{namespace}/{name}", "get"), ("/datasets/{namespace}/{name}", "delete"),
        ("/datasets/{namespace}/{name}/versions", "get"), ("/datasets/{namespace}/{name}/versions/{revision}", "get"),
        ("/datasets/{namespace}/{name}/versions/{revision}", "delete"), ("/datasets/{namespace}/{name}/versions/{revision}/manifest", "get"),
        ("/datasets/{namespace}/{name}/versions/{revision}/deploy", "post"), ("/datasets/{namespace}/{name}/versions/{revision}/jobs", "get"),
        ("/jobs", "get"), ("/jobs", "delete"), ("/jobs/{id}", "get"), ("/jobs/{id}", "delete"), ("/jobs/{id}/stop", "put"), ("/jobs/{id}/events", "get"),
        ("/jobs/{id}/events/{event_id}", "get"), ("/jobs/{id}/progress", "get"), ("/workers", "get"), ("/workers/{id}", "get"), ("/locations", "get"),
        ("/files", "get"), ("/files/{file_id}", "get"), ("/manifests", "get"), ("/manifests", "post"), ("/manifests", "delete"),
        ("/manifests/{hash}", "get"), ("/manifests/{hash}", "delete"), ("/manifests/{hash}/datasets", "get"),
    ];
}
