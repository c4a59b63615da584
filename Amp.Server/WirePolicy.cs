using Amp.ServiceDefaults;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Routing.Matching;

namespace Amp.Server;

/// <summary>Keeps each wire's endpoints to its own port: a request is matched only by endpoints of the wire whose address it came in by.</summary>
/// <remarks>By the listener and not by the Host header, which a proxy in front may set to anything.</remarks>
internal sealed class WirePolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(e => e.Metadata.GetMetadata<WireMark>() is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var wire = WireOf(httpContext);
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && candidates[i].Endpoint.Metadata.GetMetadata<WireMark>() is { } mark && mark.Wire != wire)
                candidates.SetValidity(i, value: false);
        }

        return Task.CompletedTask;
    }

    private static ServerWires WireOf(HttpContext context)
    {
        var key = context.Listener()?.Key;
        return key == ConfigKeys.FlightAddr ? ServerWires.Flight : key == ConfigKeys.JsonlAddr ? ServerWires.JsonLines : ServerWires.None;
    }
}
