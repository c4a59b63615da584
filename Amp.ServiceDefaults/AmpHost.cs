using Amp.Shared.Metadata;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Amp.ServiceDefaults;

/// <summary>The start of every service: a builder with logging, telemetry, metadata database and shutdown rules, and nothing of the machine's own files or variables.</summary>
public static class AmpHost
{
    /// <param name="role">controller, worker or server: names the process in telemetry and in pg_stat_activity.</param>
    public static WebApplicationBuilder CreateBuilder(AmpSettings settings, string role)
    {
        // The empty builder reads no appsettings.json of the current folder and no ASPNETCORE_URLS: our configuration is all there is.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "amp-" + role, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRouting();
        builder.Logging.AddAmpLogging(settings);
        builder.AddAmpServiceDefaults(settings, role);
        return builder;
    }

    public static WebApplicationBuilder AddAmpServiceDefaults(this WebApplicationBuilder builder, AmpSettings settings, string role)
    {
        builder.Services.AddSingleton(settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddAmpMetadata(settings, role);
        builder.Services.AddAmpTelemetry(settings, role);
        builder.Services.AddAmpHttpResilience();
        builder.Services.AddAmpShutdown();
        return builder;
    }
}
