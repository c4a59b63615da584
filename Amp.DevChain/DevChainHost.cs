using System.Net;
using Amp.DevChain.Admin;
using Amp.DevChain.Chain;
using Amp.DevChain.Faults;
using Amp.DevChain.Rpc;
using Amp.DevChain.Statistics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Amp.DevChain;

/// <summary>Builds the node. The chain up to its first height exists when this returns; nothing listens before the start.</summary>
public static class DevChainHost
{
    public static WebApplication Build(DevChainSettings settings, TimeProvider? time = null)
    {
        var clock = time ?? TimeProvider.System;
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, settings.Port);
            kestrel.AddServerHeader = false;
        });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(new Simulation(settings, clock));
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(new FaultPlan(settings.Seed));
        builder.Services.AddSingleton<Conditions>();
        builder.Services.AddSingleton<NodeStatistics>();
        builder.Services.AddSingleton<RpcMethods>();
        builder.Services.AddSingleton<RpcDispatcher>();
        builder.Services.AddSingleton<RpcEndpoint>();
        builder.Services.AddSingleton<WebSocketEndpoint>();
        builder.Services.AddHostedService<BlockMiner>();

        var app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/healthz", () => Results.Text("ok"));
        app.MapAdmin();
        app.MapPost("/", (HttpContext context, RpcEndpoint endpoint) => endpoint.HandleAsync(context));
        app.MapGet("/", (HttpContext context, WebSocketEndpoint endpoint) => context.WebSockets.IsWebSocketRequest
            ? endpoint.HandleAsync(context)
            : context.Response.WriteAsync("A simulated Ethereum node: POST JSON-RPC here, or open a WebSocket.\n", context.RequestAborted));
        return app;
    }

    /// <summary>Where a started node listens, such as http://127.0.0.1:8545/.</summary>
    public static Uri Address(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        return new Uri(addresses?.Addresses.FirstOrDefault() ?? throw new InvalidOperationException("The node is not started."));
    }
}
