using Amp.Chains.Providers;
using Amp.Controller.Admin.Audit;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;

namespace Amp.Controller.Admin.Providers;

/// <summary><c>POST /providers</c>: writes a file into <c>providers_dir</c>. The same again is no error; another one of its name is not replaced.</summary>
internal static class RegisterProvider
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/providers", HandleAsync)
        .WithName("post_providers").WithTags("Providers").WithSummary("Adds a provider; every process sees it at its next use")
        .Takes<ProviderInfo>().Produces(StatusCodes.Status201Created)
        .Fails(ErrorCode.InvalidProvider, ErrorCode.ProviderConflict, ErrorCode.PayloadTooLarge);

    private static async Task<IResult> HandleAsync(ProviderFiles providers, HttpRequest request, CancellationToken cancellationToken)
    {
        var provider = await RequestBody.ReadAsync(request, ErrorCode.InvalidProvider, ProviderFile.Read);
        await AuditedRequest.NameAsync(request, provider.Name, cancellationToken);
        await providers.AddAsync(provider, cancellationToken);
        return Results.StatusCode(StatusCodes.Status201Created);
    }
}
