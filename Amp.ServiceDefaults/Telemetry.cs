using System.Reflection;
using Amp.Shared.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Amp.ServiceDefaults;

/// <summary>Traces, metrics and logs by OTLP, each only where it is sent somewhere: a signal that is off registers no listener and costs nothing.</summary>
public static class Telemetry
{
    /// <summary>Every activity source and meter of ours is called <c>Amp.</c> and the name of its project.</summary>
    public const string Sources = "Amp.*";

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static IServiceCollection AddAmpTelemetry(this IServiceCollection services, AmpSettings settings, string role)
    {
        if (string.Equals(Variable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase))
            return services;
        var otel = settings.OpenTelemetry;
        var traces = otel.TraceUrl is not null || IsSent("TRACES");
        var metrics = otel.MetricsUrl is not null || IsSent("METRICS");
        var logs = IsSent("LOGS");
        if (!traces && !metrics && !logs)
            return services;

        var builder = services.AddOpenTelemetry().ConfigureResource(resource => Describe(resource, role));
        if (traces)
        {
            builder.WithTracing(tracing =>
            {
                if (Variable("OTEL_TRACES_SAMPLER") is null)
                    tracing.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(otel.TraceRatio)));
                tracing.AddSource(Sources).AddNpgsql()
                    // Hosted nodes have their keys in the path.
                    .AddHttpClientInstrumentation(options => options.EnrichWithHttpRequestMessage =
                        (activity, request) => activity.SetTag("url.full", request.RequestUri?.GetLeftPart(UriPartial.Authority)))
                    .AddAspNetCoreInstrumentation(options => options.Filter = context => !Health.IsHealthPath(context.Request.Path))
                    .AddOtlpExporter(options => SendTo(options, otel.TraceUrl));
            });
        }

        if (metrics)
        {
            builder.WithMetrics(metering => metering
                .AddMeter(Sources, "Npgsql").AddHttpClientInstrumentation().AddAspNetCoreInstrumentation().AddRuntimeInstrumentation()
                .AddOtlpExporter((options, reader) =>
                {
                    SendTo(options, otel.MetricsUrl);
                    if (Variable("OTEL_METRIC_EXPORT_INTERVAL") is null)
                        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)Math.Min(int.MaxValue, otel.MetricsExportIntervalSecs * 1000);
                }));
        }

        if (logs)
            builder.WithLogging(logging => logging.AddOtlpExporter(), options => options.IncludeFormattedMessage = true);
        return services;
    }

    private static void Describe(ResourceBuilder resource, string role)
    {
        if (Variable("OTEL_SERVICE_NAME") is not null)
            return;
        var version = typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        resource.AddService("amp-" + role, serviceVersion: version);
    }

    private static void SendTo(OtlpExporterOptions options, Uri? url)
    {
        if (url is null)
            return;
        options.Endpoint = url;
        // OTLP over gRPC has no path; over HTTP it always has one.
        options.Protocol = url.AbsolutePath.Length > 1 ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
    }

    private static bool IsSent(string signal)
    {
        var exporter = Variable($"OTEL_{signal}_EXPORTER");
        return exporter != "none" && (Variable(Endpoint) ?? Variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT")) is not null;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
