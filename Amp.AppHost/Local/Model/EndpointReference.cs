using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint of another resource, by name; it may be declared after it is referred to.</summary>
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider, IManifestExpressionProvider
{
    public IResourceWithEndpoints Resource { get; } = owner;

    public string EndpointName { get; } = endpointName;

    public string ValueExpression => $"{{{Resource.Name}.bindings.{EndpointName}.url}}";

    public int Port => Declaration.AllocatedPort > 0
        ? Declaration.AllocatedPort
        : throw new DistributedApplicationException($"the endpoint '{EndpointName}' of '{Resource.Name}' has no port before the picture runs");

    public string Url => string.Create(CultureInfo.InvariantCulture, $"{Declaration.Scheme}://localhost:{Port}");

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(Url);

    internal EndpointDeclaration Declaration => ((Resource)Resource).Endpoints.Find(e => e.Name == EndpointName)
        ?? throw new DistributedApplicationException($"the resource '{Resource.Name}' has no endpoint '{EndpointName}'");
}
