namespace Amp.Server;

/// <summary>Puts endpoints on a wire.</summary>
public static class WireEndpoints
{
    /// <summary>These endpoints answer on that wire's port alone; endpoints without a wire answer on every port.</summary>
    public static TBuilder OnWire<TBuilder>(this TBuilder endpoints, ServerWires wire)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint => endpoint.Metadata.Add(new WireMark(wire)));
        return endpoints;
    }
}
