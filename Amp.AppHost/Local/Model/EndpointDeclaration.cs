namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where a resource listens. <see cref="AllocatedPort"/> is set before anything starts.</summary>
internal sealed class EndpointDeclaration(string name, string scheme, int? port, int? targetPort)
{
    public string Name { get; } = name;

    public string Scheme { get; } = scheme;

    public int? Port { get; } = port;

    public int? TargetPort { get; } = targetPort;

    public bool IsExternal { get; set; }

    public int AllocatedPort { get; set; }
}
