using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that exists outside the picture: <c>ConnectionStrings:NAME</c> of the configuration.</summary>
public sealed class ConnectionStringResource(string name, IConfiguration configuration) : Resource(name), IResourceWithConnectionString
{
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{this}");

    public string ValueExpression => $"{{{Name}.connectionString}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<string?>(configuration.GetConnectionString(Name)
            ?? throw new DistributedApplicationException($"the connection string '{Name}' has no value: set ConnectionStrings__{Name}"));
}
