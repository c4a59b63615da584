using Amp.Migrator;
using Amp.Server.Flight;
using Amp.Server.JsonLines;
using Amp.Server.Limits;
using Amp.ServiceDefaults;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Amp.Server;

/// <summary>A server: answers SQL over the wires it is told.</summary>
public static class ServerHost
{
    public static WebApplication Build(AmpSettings settings, ServerWires wires)
    {
        var builder = AmpHost.CreateBuilder(settings, "server");
        builder.Services.AddAmpSchemaCheck(settings);
        builder.Services.AddAmpQuery(settings);
        builder.Services.AddSingleton<MatcherPolicy, WirePolicy>();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            // A reader may pause as long as it likes (a pager, a busy client); the time limit of queries bounds it.
            kestrel.Limits.MinResponseDataRate = null;
        });
        if (wires.HasFlag(ServerWires.Flight))
        {
            builder.ListenOn(ConfigKeys.FlightAddr, settings.FlightAddr);
            builder.Services.AddFlight(settings);
        }

        if (wires.HasFlag(ServerWires.JsonLines))
            builder.ListenOn(ConfigKeys.JsonlAddr, settings.JsonlAddr);

        var app = builder.Build();
        app.MapAmpHealth();
        if (wires.HasFlag(ServerWires.Flight))
            app.MapFlight();
        if (wires.HasFlag(ServerWires.JsonLines))
            app.MapJsonLines().OnWire(ServerWires.JsonLines);
        return app;
    }
}
