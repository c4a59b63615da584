using Amp.Chains.Providers;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Microsoft.AspNetCore.Mvc;

namespace Amp.Controller.Admin.Providers;

/// <summary><c>GET /providers</c>: the files of <c>providers_dir</c>, read now.</summary>
internal static class ListProviders
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/providers", Handle)
        .WithName("get_providers").WithTags("Providers").WithSummary("Lists the providers; secrets are hidden")
        .Fails(ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static ProvidersResponse Handle(
        ProviderFiles providers, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "last_provider")] string? lastProvider)
    {
        var size = Paging.Limit(limit);
        if (lastProvider is not null && !ProviderFile.IsName(lastProvider))
            throw new AmpException(ErrorCode.InvalidCursor, $"last_provider is '{lastProvider}'; the next_cursor of an earlier answer is needed");
        var (names, next) = Paging.Cut(
            [.. providers.Names().Where(n => lastProvider is null || string.CompareOrdinal(n, lastProvider) > 0)], size, n => n);
        return new ProvidersResponse([.. names.Select(n => Describe(providers, n))], next);
    }

    private static ProviderInfo Describe(ProviderFiles providers, string name)
    {
        try
        {
            return ProviderInfo.From(providers.Read(name));
        }
        catch (AmpException e)
        {
            return ProviderInfo.Wrong(name, e.Message);
        }
    }

    public sealed record ProvidersResponse(IReadOnlyList<ProviderInfo> Providers, string? NextCursor);
}
