using Amp.Chains;
using Amp.Controller.Admin;
using Amp.Controller.Liveness;
using Amp.Controller.Registration;
using Amp.Migrator;
using Amp.Query.Execution;
using Amp.ServiceDefaults;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Amp.Controller;

/// <summary>The controller: the Admin API and the chores that one must do.</summary>
public static class ControllerHost
{
    public static WebApplication Build(AmpSettings settings)
    {
        var builder = AmpHost.CreateBuilder(settings, "controller");
        builder.Services.AddAmpSchemaCheck(settings);
        builder.Services.AddKeyedSingleton(ConfigKeys.ManifestsDir.Name, (provider, _) =>
            ObjectStores.Open(settings.ManifestsDir, ConfigKeys.ManifestsDir, settings, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(provider => ObjectStores.Open(settings.DataDir, ConfigKeys.DataDir, settings, provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddHostedService<ManifestsFolder>();
        builder.Services.AddHostedService<ChoreLoop>();
        builder.Services.AddAmpChains(settings);
        builder.Services.AddSingleton(provider => new SchemaPlanner(
            provider.GetRequiredService<NpgsqlDataSource>(), QueryLimits.Of(settings), provider.GetRequiredService<TimeProvider>()));
        builder.AddAdminApi();
        builder.ListenOn(ConfigKeys.AdminAddr, settings.AdminAddr);
        var app = builder.Build();
        app.MapAdminApi();
        app.MapAmpHealth();
        return app;
    }
}
