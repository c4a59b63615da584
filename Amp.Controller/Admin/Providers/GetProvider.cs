using Amp.Chains.Providers;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;

namespace Amp.Controller.Admin.Providers;

/// <summary><c>GET /providers/{name}</c>: one file of <c>providers_dir</c>.</summary>
internal static class GetProvider
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/providers/{name}", HandleAsync)
        .WithName("get_providers_name").WithTags("Providers").WithSummary("Tells how a network's node is reached; secrets are hidden")
        .Fails(ErrorCode.InvalidName, ErrorCode.InvalidProvider, ErrorCode.ProviderNotFound);

    private static async Task<ProviderInfo> HandleAsync(ProviderFiles providers, string name, CancellationToken cancellationToken) =>
        ProviderInfo.From(await providers.ReadAsync(ProviderPath.NameOf(name), cancellationToken));
}
