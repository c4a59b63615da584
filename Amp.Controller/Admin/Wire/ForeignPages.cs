using Amp.Shared.Faults;
using Amp.Shared.Options;

namespace Amp.Controller.Admin.Wire;

/// <summary>Refuses changes that a page of another origin asks for: a browser sends simple requests without asking whether it may, and hides the answer alone.</summary>
internal sealed class ForeignPages(RequestDelegate next, AmpSettings settings)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || request.Headers.Origin.ToString() is not { Length: > 0 } origin
            || settings.AdminCorsOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase) || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            return next(context);
        throw new AmpException(ErrorCode.InvalidRequest, $"pages of the origin '{origin}' may change nothing here: list it in {ConfigKeys.AdminCorsOrigins.Name} if they shall");
    }
}
