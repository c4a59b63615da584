namespace Aspire.Hosting.ApplicationModel;

/// <summary>What the statements of the picture have said of a resource.</summary>
public abstract class Resource(string name) : IResource
{
    public string Name { get; } = name;

    internal List<EnvironmentVariable> Environment { get; } = [];

    internal List<object> Arguments { get; } = [];

    internal List<EndpointDeclaration> Endpoints { get; } = [];

    internal List<WaitDeclaration> Waits { get; } = [];

    internal List<MountDeclaration> Mounts { get; } = [];

    internal HealthDeclaration? Health { get; set; }

    internal int Replicas { get; set; } = 1;
}
