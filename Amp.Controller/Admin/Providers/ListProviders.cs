using Amp.Chains.Providers;
using Amp.Controller.Admin.Wire;
using Amp.Shared.Faults;
using Microsoft.AspNetCore.Mvc;

namespace Amp.Controller.Admin.Providers;

/// <summary><c>GET /providers</c>: the files of <c>providers_dir</c>, read now.</summary>
internal static class ListProviders
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/providers", HandleAsync)
        .WithName("get_providers").WithTags("Providers").WithSummary("Lists the providers; secrets are hidden")
        .Fails(ErrorCode.InvalidLimit, ErrorCode.InvalidCursor);

    private static async Task<ProvidersResponse> HandleAsync(
        ProviderFiles providers, [FromQuery(Name = "limit")] string? limit, [FromQuery(Name = "last_provider")] string? lastProvider, CancellationToken cancellationToken)
    {
        var size = Paging.Limit(limit);
        if (lastProvider is not null && !ProviderFile.IsName(lastProvider))
            throw new AmpException(ErrorCode.InvalidCursor, $"last_provider is '{lastProvider}'; the next_cursor of an earlier answer is needed");
        var (names, next) = Paging.Cut(
            [.. (await providers.NamesAsync(cancellationToken)).Where(n => lastProvider is null || string.CompareOrdinal(n, lastProvider) > 0)], size, n => n);
        var described = new List<ProviderInfo>();
        foreach (var name in names)
            described.Add(await DescribeAsync(providers, name, cancellationToken));
        return new ProvidersResponse(described, next);
    }

    private static async Task<ProviderInfo> DescribeAsync(ProviderFiles providers, string name, CancellationToken cancellationToken)
    {
        try
        {
            return ProviderInfo.From(await providers.ReadAsync(name, cancellationToken));
        }
        catch (AmpException e) when (!e.IsRetryable)
        {
            return ProviderInfo.Wrong(name, e.Message);
        }
    }

    public sealed record ProvidersResponse(IReadOnlyList<ProviderInfo> Providers, string? NextCursor);
}
