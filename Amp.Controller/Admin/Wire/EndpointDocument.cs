using Amp.Shared.Faults;

namespace Amp.Controller.Admin.Wire;

/// <summary>Adds to an endpoint's OpenAPI document what its delegate does not show.</summary>
internal static class EndpointDocument
{
    /// <summary>The statuses of these codes, and of an internal error.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder endpoint, params ErrorCode[] codes)
    {
        foreach (var status in codes.Append(ErrorCode.InternalError).Select(ErrorStatus.Of).Distinct().Order())
            endpoint.Produces<ErrorAnswer>(status);
        return codes.Length == 0
            ? endpoint
            : endpoint.WithDescription("Error codes: " + string.Join(", ", codes.Append(ErrorCode.InternalError).Select(c => c.ToWire())));
    }
}
