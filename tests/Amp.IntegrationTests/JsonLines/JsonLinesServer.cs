using Amp.Query.Catalog;
using Amp.Query.Execution;
using Amp.Server.JsonLines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Amp.IntegrationTests.JsonLines;

/// <summary>The JSON Lines wire on a real socket, over a lake of the test's choice.</summary>
internal sealed class JsonLinesServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private JsonLinesServer(WebApplication app, HttpClient client)
    {
        _app = app;
        Client = client;
    }

    public HttpClient Client { get; }

    public QueryEngine Engine => _app.Services.GetRequiredService<QueryEngine>();

    public static async Task<JsonLinesServer> StartAsync(NpgsqlDataSource database, QueryLimits limits)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting().AddLogging(l => l.SetMinimumLevel(LogLevel.None));
        builder.Services.AddSingleton(_ => new DatasetCatalog(database, limits.DataFolders[0], TimeProvider.System, NullLogger<DatasetCatalog>.Instance));
        builder.Services.AddSingleton(services => new QueryEngine(services.GetRequiredService<DatasetCatalog>(), limits, TimeProvider.System));
        var app = builder.Build();
        app.UseRouting();
        app.MapJsonLines();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new JsonLinesServer(app, new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) });
    }

    public Task<HttpResponseMessage> PostAsync(string sql) => Client.PostAsync("/", new StringContent(sql));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
