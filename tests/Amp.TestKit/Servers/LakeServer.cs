using System.Collections.Concurrent;
using System.Diagnostics;
using Amp.Server;
using Amp.Shared.Options;
using Amp.TestKit.Lakes;
using Microsoft.AspNetCore.Builder;

namespace Amp.TestKit.Servers;

/// <summary>A server in this process, both wires on free ports, over a lake and its database.</summary>
public sealed class LakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, long> _ended;
    private int _active;

    private LakeServer(WebApplication app, ConcurrentDictionary<string, long> ended)
    {
        _app = app;
        _ended = ended;
    }

    public Uri Flight { get; private set; } = null!;

    public Uri JsonLines { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    /// <summary>Requests that the server has not finished.</summary>
    public int ActiveRequests => Volatile.Read(ref _active);

    public static Task<LakeServer> StartAsync(RestoredLake lake, params (string Key, string Value)[] settings) =>
        StartAsync(lake.Root, lake.Database.ConnectionString, settings);

    /// <param name="dataDir">The lake's folder.</param>
    /// <param name="database">Connection string of its metadata database.</param>
    /// <param name="settings">Further AMP_CONFIG_ variables, by their keys.</param>
    public static async Task<LakeServer> StartAsync(string dataDir, string database, params (string Key, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["AMP_CONFIG_DATA_DIR"] = dataDir,
            ["AMP_CONFIG_METADATA_DB__URL"] = database,
            ["AMP_CONFIG_METADATA_DB__AUTO_MIGRATE"] = "false",
            ["AMP_CONFIG_FLIGHT_ADDR"] = "127.0.0.1:0",
            ["AMP_CONFIG_JSONL_ADDR"] = "127.0.0.1:0",
        };
        foreach (var (key, value) in settings)
            environment["AMP_CONFIG_" + key] = value;

        var app = ServerHost.Build(SettingsLoader.Load(new SettingsRequest { Environment = environment, CurrentFolder = Path.GetTempPath() }), ServerWires.Both);
        var server = new LakeServer(app, new ConcurrentDictionary<string, long>(StringComparer.Ordinal));
        app.Use(server.CountAsync);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var urls = app.Urls.ToArray();
        server.Flight = new Uri(urls[0]);
        server.JsonLines = new Uri(urls[1]);
        return server;
    }

    /// <summary>The moment (<see cref="Stopwatch.GetTimestamp"/>) at which the last request for a path had ended; null while none has.</summary>
    public long? EndOf(string path) => _ended.TryGetValue(path, out var moment) ? moment : null;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task CountAsync(Microsoft.AspNetCore.Http.HttpContext context, Microsoft.AspNetCore.Http.RequestDelegate next)
    {
        Interlocked.Increment(ref _active);
        try
        {
            await next(context);
        }
        finally
        {
            _ended[context.Request.Path] = Stopwatch.GetTimestamp();
            Interlocked.Decrement(ref _active);
        }
    }
}
