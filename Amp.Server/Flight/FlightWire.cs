using Amp.Server.Flight.Browsing;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Amp.Server.Flight;

/// <summary>Adds Arrow Flight to a server: the service, gRPC-Web, health and reflection, and the HTTP/2 settings of large answers.</summary>
public static class FlightWire
{
    // Clients of the C++ core and our own raise their frame size when they may; 16 KiB frames cost them a tenth of their time.
    private const int FrameBytes = 1024 * 1024;

    public static IServiceCollection AddFlight(this IServiceCollection services, AmpSettings settings)
    {
        services.AddSingleton<CatalogBrowser>();
        services.AddSingleton<FlightQueries>();
        services.AddGrpc(grpc => grpc.Interceptors.Add<FlightFaults>());
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks().AddCheck<DatabaseCheck>("metadata database");
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.Http2.MaxFrameSize = FrameBytes;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            // A client that vanished without closing is found by its silence, and its query stopped.
            kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(Math.Max(1, settings.KeepAliveInterval));
        });
        return services;
    }

    public static void MapFlight(this WebApplication app)
    {
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        app.MapGrpcService<FlightQueries>().OnWire(ServerWires.Flight);
        app.MapGrpcHealthChecksService().OnWire(ServerWires.Flight);
        app.MapGrpcReflectionService().OnWire(ServerWires.Flight);
    }
}
