using Amp.Chains.Providers;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;

namespace Amp.Controller.Admin.Providers;

/// <summary><c>DELETE /providers/{name}</c>: takes a file of <c>providers_dir</c> away. One that is not there is no error.</summary>
internal static class DeleteProvider
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/providers/{name}", HandleAsync)
        .WithName("delete_providers_name").WithTags("Providers").WithSummary("Takes a provider away; jobs of its network wait until there is another")
        .Produces(StatusCodes.Status204NoContent)
        .Fails(ErrorCode.InvalidName);

    private static async Task<IResult> HandleAsync(ProviderFiles providers, string name, CancellationToken cancellationToken)
    {
        await providers.RemoveAsync(ProviderPath.NameOf(name), cancellationToken);
        return Results.NoContent();
    }
}
