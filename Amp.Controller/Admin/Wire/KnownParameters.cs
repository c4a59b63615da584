using System.Collections.Concurrent;
using System.Reflection;
using Amp.Shared.Faults;
using Amp.Shared.Options;
using Microsoft.AspNetCore.Mvc;

namespace Amp.Controller.Admin.Wire;

/// <summary>Refuses query parameters that an endpoint does not have: a misspelt one would be passed over, and something else done than was asked for.</summary>
internal sealed class KnownParameters(RequestDelegate next)
{
    private static readonly ConcurrentDictionary<MethodInfo, string[]> _known = new();

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Query.Count > 0
            && context.GetEndpoint()?.Metadata is { } endpoint && endpoint.GetMetadata<IEndpointNameMetadata>() is not null && endpoint.GetMetadata<MethodInfo>() is { } handler)
        {
            var known = _known.GetOrAdd(handler, static h => [.. h.GetParameters().Select(p => p.GetCustomAttribute<FromQueryAttribute>()?.Name).OfType<string>()]);
            foreach (var name in context.Request.Query.Keys.Where(k => !known.Contains(k, StringComparer.OrdinalIgnoreCase)))
                throw new AmpException(ErrorCode.InvalidRequest, $"unknown parameter '{name}': {Instead(name, known)}");
        }

        return next(context);
    }

    private static string Instead(string name, string[] known) =>
        known.Length == 0 ? "this request takes none" : $"the nearest known one is '{NearestName.Of(name, known)}'";
}
