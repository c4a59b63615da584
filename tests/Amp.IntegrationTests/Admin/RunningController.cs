using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amp.Controller;
using Amp.Shared.Options;
using Amp.TestKit;
using Amp.TestKit.Postgres;
using Microsoft.AspNetCore.Builder;

namespace Amp.IntegrationTests.Admin;

/// <summary>A controller on a free port over a fresh database and fresh folders, and a client of it.</summary>
internal sealed class RunningController : IAsyncDisposable
{
    public const string Network = "testnet";

    private readonly WebApplication _app;
    private readonly bool _ownsDatabase;

    private RunningController(TestDatabase database, bool ownsDatabase, string folder, WebApplication app)
    {
        (Database, _ownsDatabase, Folder, _app) = (database, ownsDatabase, folder, app);
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public TestDatabase Database { get; }

    public string Folder { get; }

    public string ProvidersDir => Path.Combine(Folder, "providers");

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <param name="prepare">Puts files into the folder before the start.</param>
    /// <param name="database">One to share; null = a fresh one.</param>
    /// <param name="config">Further keys of the configuration.</param>
    public static async Task<RunningController> StartAsync(Action<string>? prepare = null, TestDatabase? database = null, params (string Key, string Value)[] config)
    {
        var folder = Directory.CreateTempSubdirectory("amp-controller-").FullName;
        foreach (var name in (string[])["data", "providers", "manifests"])
            Directory.CreateDirectory(Path.Combine(folder, name));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "providers", "testnet.toml"),
            $"""
            kind = "evm-rpc"
            network = "{Network}"
            url = "http://127.0.0.1:1"
            auth_token = "hush-hush"
            """);
        prepare?.Invoke(folder);
        var db = database ?? await TestDatabase.CreateAsync();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AMP_CONFIG_METADATA_DB__URL"] = db.ConnectionString,
            ["AMP_LOG"] = "error",
            ["AMP_CONFIG_ADMIN_ADDR"] = "127.0.0.1:0",
        };
        foreach (var (key, value) in config)
            environment[ConfigKeys.Find(key)!.Variable] = value;
        var settings = SettingsLoader.Load(new SettingsRequest
        {
            Environment = environment,
            CurrentFolder = folder,
            DefaultFolder = folder,
        });
        var app = ControllerHost.Build(settings);
        await app.StartAsync();
        return new RunningController(db, database is null, folder, app);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public Task<Answer> PutAsync(string path) => SendAsync(HttpMethod.Put, path);

    public Task<Answer> PostAsync(string path, string body, string? contentType = "application/json") => SendAsync(HttpMethod.Post, path, body, contentType);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, string? contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        using var response = await Client.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Registers an EVM dataset and returns its manifest's hash.</summary>
    public async Task<string> RegisterAsync(string ns, string name, string? version, ulong startBlock = 0, string network = Network)
    {
        var body = new JsonObject { ["namespace"] = ns, ["name"] = name, ["manifest"] = Manifest(startBlock, network) };
        if (version is not null)
            body["version"] = version;
        var answer = await PostAsync("/datasets", body.ToJsonString());
        Assert.Equal(201, answer.Status);
        return answer.Json["manifest_hash"]!.GetValue<string>();
    }

    public async Task<long> DeployAsync(string path, string body = "")
    {
        var answer = await PostAsync($"/datasets/{path}/deploy", body);
        Assert.True(answer.Status == 202, answer.Text);
        return answer.Json["job_id"]!.GetValue<long>();
    }

    /// <summary>Has a version verified and gives what was found.</summary>
    public async Task<JsonNode> VerifyAsync(string path)
    {
        var asked = await PostAsync($"/datasets/{path}/verify", "");
        Assert.True(asked.Status == 202, asked.Text);
        var done = await Eventually.SatisfiesAsync(
            () => GetAsync($"/verifications/{asked.Json["verification_id"]}"), a => a.Json["ended_at"] is not null, "the verification ends");
        return done.Json["report"] ?? throw new InvalidOperationException(done.Text);
    }

    public static JsonObject Manifest(ulong startBlock = 0, string network = Network) =>
        new() { ["kind"] = "evm-rpc", ["network"] = network, ["start_block"] = startBlock };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_ownsDatabase)
            await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, string Text, string? MediaType)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public void IsError(int status, string code, params string[] parts)
    {
        Assert.True(Status == status, $"{status} expected, {Status} came: {Text}");
        Assert.Equal("application/json", MediaType);
        using var document = JsonDocument.Parse(Text);
        Assert.Equal(["error_code", "error_message"], document.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(code, document.RootElement.GetProperty("error_code").GetString());
        var message = document.RootElement.GetProperty("error_message").GetString()!;
        Assert.DoesNotContain("   at ", message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
