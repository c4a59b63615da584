using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value from outside: <c>Parameters:NAME</c> of the configuration.</summary>
public sealed class ParameterResource(string name, bool secret, IConfiguration configuration) : Resource(name), IValueProvider, IManifestExpressionProvider
{
    public bool Secret { get; } = secret;

    /// <summary>A deployment tool makes one up where none is given.</summary>
    internal bool IsGenerated { get; init; }

    public string ValueExpression => $"{{{Name}.value}}";

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<string?>(configuration[$"Parameters:{Name}"]
            ?? throw new DistributedApplicationException($"the parameter '{Name}' has no value: set Parameters__{Name.Replace('-', '_')}"));
}
