using Amp.Migrator;
using Amp.ServiceDefaults;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Amp.Worker;

/// <summary>A worker: fetches blocks and writes segments. It listens only where <c>worker_health_addr</c> says.</summary>
public static class WorkerHost
{
    public static WebApplication Build(AmpSettings settings, string nodeId)
    {
        NodeIds.Check(nodeId);
        var builder = AmpHost.CreateBuilder(settings, "worker");
        builder.Services.AddAmpSchemaCheck(settings);
        builder.Services.AddAmpWorker(settings, nodeId);
        if (settings.WorkerHealthAddr is { } address)
            builder.ListenOn(ConfigKeys.WorkerHealthAddr, address);
        else
            builder.Services.AddSingleton<IServer, NoServer>();
        var app = builder.Build();
        app.MapAmpHealth();
        return app;
    }
}
