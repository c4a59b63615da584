namespace Aspire.Hosting.ApplicationModel;

/// <summary>The path that answers 200 when the resource is healthy.</summary>
internal sealed record HealthDeclaration(string Path, string EndpointName);
