namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where a resource listens. <see cref="AllocatedPort"/> is set before anything starts.</summary>
internal sealed class EndpointDeclaration(string name, string scheme, int? port, int? targetPort)
{
    public string Name { get; } = name;

    public string Scheme { get; } = scheme;

    public int? Port { get; } = port;

    public int? TargetPort { get; } = targetPort;

    /// <summary>What a deployment tool lets through to it: tcp, http, or http2 where HTTP/1.1 would be of no use, as for gRPC.</summary>
    public string Transport { get; set; } = scheme is "http" or "https" ? "http" : "tcp";

    public bool IsExternal { get; set; }

    public int AllocatedPort { get; set; }
}
