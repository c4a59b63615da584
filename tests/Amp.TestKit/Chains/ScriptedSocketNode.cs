using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Amp.TestKit.Chains;

/// <summary>A JSON-RPC server over WebSockets in this process whose messages, right or wrong, the test decides.</summary>
public sealed class ScriptedSocketNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ScriptedSocket> _sockets;

    private ScriptedSocketNode(WebApplication app, ConcurrentQueue<ScriptedSocket> sockets)
    {
        _app = app;
        _sockets = sockets;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Address = new UriBuilder(address) { Scheme = "ws" }.Uri;
    }

    public Uri Address { get; }

    /// <summary>All connections so far, the oldest first.</summary>
    public IReadOnlyList<ScriptedSocket> Sockets => [.. _sockets];

    /// <param name="answer">What to do with each message; several are at work at once.</param>
    /// <param name="admit">Looks at each request for a connection; false = it has answered by itself.</param>
    public static async Task<ScriptedSocketNode> StartAsync(Func<ScriptedSocket, JsonElement, Task> answer, Func<HttpContext, bool>? admit = null)
    {
        var sockets = new ConcurrentQueue<ScriptedSocket>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            if (admit?.Invoke(context) == false)
                return;
            var socket = new ScriptedSocket(await context.WebSockets.AcceptWebSocketAsync(), context);
            sockets.Enqueue(socket);
            await socket.RunAsync(answer, app.Lifetime.ApplicationStopping);
        });
        await app.StartAsync();
        return new ScriptedSocketNode(app, sockets);
    }

    /// <summary>A node that answers each call, alone or in a batch, with the JSON of its result; null = method not found.</summary>
    public static Task<ScriptedSocketNode> StartAsync(Func<JsonElement, string?> result) =>
        StartAsync((socket, request) => socket.SendAsync(ScriptedNode.Answer(request, result)));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
