namespace Amp.Shared.Options;

/// <summary><c>[opentelemetry]</c>; null URLs leave the choice to the standard OTEL_* variables.</summary>
public sealed record OpenTelemetrySettings(Uri? TraceUrl, Uri? MetricsUrl, double MetricsExportIntervalSecs, double TraceRatio);
