using Amp.Migrator;
using Amp.ServiceDefaults;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Amp.Server;

/// <summary>A server: answers SQL over the wires it is told.</summary>
public static class ServerHost
{
    public static WebApplication Build(AmpSettings settings, ServerWires wires)
    {
        var builder = AmpHost.CreateBuilder(settings, "server");
        builder.Services.AddAmpSchemaCheck(settings);
        if (wires.HasFlag(ServerWires.Flight))
            builder.ListenOn(ConfigKeys.FlightAddr, settings.FlightAddr, HttpProtocols.Http1AndHttp2);
        if (wires.HasFlag(ServerWires.JsonLines))
            builder.ListenOn(ConfigKeys.JsonlAddr, settings.JsonlAddr);
        var app = builder.Build();
        app.MapAmpHealth();
        return app;
    }
}
